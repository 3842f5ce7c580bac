/**
 * Believable traffic for `npm run demo`: a shop's API with people, phones and cron clients, and now and then an attack.
 * It knows Tidegate only as a customer would: through the SDK, with an ingest key. Two quiet hours are shipped first,
 * so that there is a normal to be surprised against; then the clock runs live and attacks take turns.
 */

import process from 'node:process';
import type { Baseline } from '../lib/contract/decision.ts';
import type { HttpMethod, RequestEvent } from '../lib/contract/event.ts';
import { createClient } from '../sdk/src/index.ts';

const historyMs = 2 * 60 * 60 * 1000;
const tickMs = 50;
const usersCount = 240;
/** People make about this many requests a minute while they are at it. */
const requestsPerMinute = 4;
const attackEveryMs = 45_000;
const attackLastsMs = 25_000;

type Route = { method: HttpMethod; endpoint: string; weight: number; latencyMs: number; bytes: number };
const routes: Route[] = [
  { method: 'GET', endpoint: '/v1/products', weight: 30, latencyMs: 40, bytes: 9_000 },
  { method: 'GET', endpoint: '/v1/products/{id}', weight: 34, latencyMs: 22, bytes: 2_400 },
  { method: 'GET', endpoint: '/v1/cart', weight: 14, latencyMs: 18, bytes: 900 },
  { method: 'POST', endpoint: '/v1/cart/items', weight: 8, latencyMs: 35, bytes: 400 },
  { method: 'GET', endpoint: '/v1/orders/{id}', weight: 7, latencyMs: 30, bytes: 1_800 },
  { method: 'POST', endpoint: '/v1/orders', weight: 3, latencyMs: 120, bytes: 700 },
  { method: 'POST', endpoint: '/v1/sign-in', weight: 2, latencyMs: 180, bytes: 500 },
  { method: 'GET', endpoint: '/v1/search', weight: 2, latencyMs: 90, bytes: 6_000 },
];
const weightTotal = routes.reduce((sum, route) => sum + route.weight, 0);

/** A small reproducible generator (mulberry32), so that two demos tell the same story. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const random = createRandom(20_261_123);

function pickRoute(): Route {
  let left = random() * weightTotal;
  for (const route of routes) {
    left -= route.weight;
    if (left < 0) return route;
  }
  throw new Error('the weights do not add up');
}

const userName = (index: number) => `u-${1000 + index}`;
const homeAddress = (index: number) => `198.51.${100 + (index >> 8)}.${index & 255}`;

function ordinary(ts: number): RequestEvent {
  // Squaring skews the draw: a few people are busy, most are not.
  const index = Math.floor(random() ** 2 * usersCount);
  const route = pickRoute();
  const failed = random() < (route.endpoint === '/v1/sign-in' ? 0.06 : 0.015);
  return {
    ts,
    user: userName(index),
    method: route.method,
    endpoint: route.endpoint,
    status: failed ? (route.endpoint === '/v1/sign-in' ? 401 : 404) : 200,
    latencyMs: Math.round(route.latencyMs * (0.6 + random())),
    bytes: Math.round(route.bytes * (0.5 + random())),
    ip: homeAddress(index),
    tokenId: `tok-${index}`,
    objectId: `o-${Math.floor(random() * 5_000)}`,
    service: 'shop',
  };
}

type Attack = { name: string; perSecond: number; event: (ts: number, count: number) => RequestEvent };
const attacks: Attack[] = [
  {
    name: 'one account floods its orders',
    perSecond: 50,
    event: (ts, count) => ({
      ...ordinary(ts),
      user: userName(37),
      ip: homeAddress(37),
      tokenId: 'tok-37',
      method: 'GET',
      endpoint: '/v1/orders/{id}',
      objectId: `o-${count}`,
      status: count % 3 === 0 ? 200 : 404,
    }),
  },
  {
    name: 'one address tries stolen passwords',
    perSecond: 12,
    event: (ts, count) => ({
      ...ordinary(ts),
      user: `ip:203.0.113.9`,
      ip: '203.0.113.9',
      tokenId: undefined,
      method: 'POST',
      endpoint: '/v1/sign-in',
      objectId: `account-${count}`,
      status: count % 40 === 39 ? 200 : 401,
    }),
  },
  {
    name: 'a stranger looks for forgotten paths',
    perSecond: 15,
    event: (ts, count) => ({
      ...ordinary(ts),
      user: 'ip:203.0.113.77',
      ip: '203.0.113.77',
      tokenId: undefined,
      method: 'GET',
      endpoint: '/*',
      path: `/${['backup', 'old', 'admin', '.git', 'wp-admin', 'api'][count % 6]}/${count}`,
      status: 404,
    }),
  },
];

const url = `http://127.0.0.1:${process.env.PORT || '3000'}`;
async function waitUntilReady(): Promise<void> {
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

await waitUntilReady();
const key = process.env.TIDEGATE_INGEST_KEY ?? '';
const client = createClient({ url, key, service: 'shop' });

/** An earlier demo has told these two hours to the same folder: twice, they would be twice the traffic. */
async function knowsTheShop(): Promise<boolean> {
  const pair = new URLSearchParams({ user: userName(0), endpoint: 'GET /v1/products' });
  const headers = { authorization: `Bearer ${key}` };
  const baseline = (await (
    await fetch(`${url}/v1/baseline?${pair}`, { headers })
  ).json()) as Partial<Baseline>;
  return (baseline.requestsTotal ?? 0) > 0;
}

/** The shop's own side of a request: ask first, then answer, then tell. */
function serve(event: RequestEvent): void {
  const decision = client.decide({
    user: event.user,
    endpoint: `${event.method} ${event.endpoint}`,
    ip: event.ip,
    tokenId: event.tokenId,
  });
  if (decision.conclusion === 'allow') client.capture(event);
  else client.capture({ ...event, status: decision.conclusion === 'throttle' ? 429 : 403, refused: true });
}

async function shipHistory(): Promise<void> {
  const now = Date.now();
  const stepMs = 60_000 / (usersCount * requestsPerMinute * 0.25);
  let count = 0;
  for (let ts = now - historyMs; ts < now; ts += stepMs * (0.5 + random())) {
    client.capture(ordinary(Math.round(ts)));
    if (++count % 2_000 === 0) await client.flush(10_000);
  }
  await client.flush(10_000);
}

/** @returns how to stop it */
function runLive(): () => void {
  const startedAt = Date.now();
  let attackCount = 0;
  let owed = 0;
  let announced = -1;
  const timer = setInterval(() => {
    const now = Date.now();
    owed += (usersCount * requestsPerMinute * 0.25 * tickMs) / 60_000;
    while (owed > random()) {
      serve(ordinary(now));
      owed -= 1;
    }
    // The first attack comes after 2 s: whoever opens the console should see something happen.
    const sinceFirst = now - startedAt - 2_000;
    const round = Math.floor(sinceFirst / attackEveryMs);
    const attack = attacks[round % attacks.length];
    if (sinceFirst < 0 || attack === undefined || sinceFirst % attackEveryMs > attackLastsMs) return;
    if (round !== announced) console.log(`demo: ${attack.name}`);
    announced = round;
    const due = (attack.perSecond * tickMs) / 1000;
    for (let made = 0; made < due; made++) serve(attack.event(now, attackCount++));
  }, tickMs);
  return () => clearInterval(timer);
}

if (!(await knowsTheShop())) await shipHistory();
const stop = runLive();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop();
    void client.close().then(() => process.exit(0));
  });
}
