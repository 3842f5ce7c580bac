/**
 * Benchmarks of the engine and the enforcer, through their public entries and with fresh strings, as a server would
 * receive them. Each function gives one result; bench/main.ts prints them.
 */

import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Throttle } from '../lib/contract/decision.ts';
import type { RequestEvent } from '../lib/contract/event.ts';
import { createEnforcer, enforcerDefaults } from '../lib/enforcement/enforcer.ts';
import { engineDefaults } from '../lib/engine/config.ts';
import { createEngine } from '../lib/engine/create-engine.ts';
import type { BenchResult } from './result.ts';

const startAt = Date.UTC(2026, 2, 6, 9, 0, 0);
const endpointCount = 10;

/** Small, fast and the same in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Parsed from JSON, so that every string is new, as after a request. */
function freshEvents(count: number, users: number, from: number, everyMs: number): RequestEvent[] {
  const next = random(count + users);
  const events: RequestEvent[] = [];
  for (let index = 0; index < count; index++) {
    const user = Math.floor(next() * users);
    events.push({
      ts: Math.floor(from + index * everyMs),
      user: `user-${user}`,
      method: 'GET',
      endpoint: `/v1/resource-${Math.floor(next() * endpointCount)}/{id}`,
      status: next() < 0.02 ? 404 : 200,
      latencyMs: 20,
      bytes: 900,
      ip: `10.${user >> 16}.${(user >> 8) & 255}.${user & 255}`,
      tokenId: `token-${user}`,
    });
  }
  return JSON.parse(JSON.stringify(events));
}

/** Events a second on one core, all detectors on, once every pair is known. */
function stepsPerSecond(users: number, rounds: number): number {
  const engine = createEngine({
    ...engineDefaults,
    pairsMax: users * endpointCount + 1_000,
    usersMax: users + 1_000,
  });
  const batch = 200_000;
  // The traffic is 5,000 a second in its own time: about 3 requests a minute of each of 100,000 pairs.
  let from = startAt;
  const warmUp = Math.max(2, Math.ceil((users * endpointCount * 3) / batch));
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < warmUp + rounds; round++) {
    const events = freshEvents(batch, users, from, 0.2);
    const begun = performance.now();
    for (const event of events) engine.step(event, event.ts);
    const tookMs = performance.now() - begun;
    if (round >= warmUp) bestMs = Math.min(bestMs, tookMs);
    engine.tick(from);
    engine.takeChanges();
    from += batch * 0.2;
  }
  return Math.round(batch / (bestMs / 1000));
}

export function engineStep(): BenchResult {
  const value = stepsPerSecond(10_000, 5);
  return {
    name: 'engine.step',
    value,
    unit: 'events/s',
    note: '100,000 live pairs, all detectors, best of 5 rounds',
  };
}

export function engineScale(): BenchResult {
  const small = stepsPerSecond(100, 5);
  const large = stepsPerSecond(100_000, 3);
  const ratio = Math.round((small / large) * 100) / 100;
  const note = `cost per event at 1,000,000 pairs (${large} events/s) over 1,000 pairs (${small} events/s)`;
  return { name: 'engine.scale', value: ratio, unit: 'times', ratio, note };
}

/** Fills a million pairs (100,000 users on 10 endpoints) and looks at the resident size of the process. */
export function engineMemory(): BenchResult {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const users = 100_000;
  const engine = createEngine({ ...engineDefaults, pairsMax: 1_000_000, usersMax: users });
  for (let user = 0; user < users; user++) {
    for (let endpoint = 0; endpoint < endpointCount; endpoint++) {
      const ts = startAt + user;
      const text = `{"ts":${ts},"user":"user-${user}","method":"GET","endpoint":"/v1/resource-${endpoint}","status":200}`;
      engine.step(JSON.parse(text), ts);
    }
  }
  globalThis.gc?.();
  globalThis.gc?.();
  const value = Math.round((process.memoryUsage().rss - before) / (users * endpointCount));
  const { usersActive } = engine.activity(startAt + users);
  return {
    name: 'engine.memory',
    value,
    unit: 'bytes/pair',
    note: `1,000,000 live pairs of ${usersActive} users, resident`,
  };
}

/** An attacker invents users past the caps: memory must stay, and known users keep their baselines. */
export function engineFloodMemory(invented = 10_000_000): BenchResult {
  const caps = { pairsMax: 200_000, usersMax: 50_000, endpointsMax: 2_000, addressesMax: 20_000 };
  const engine = createEngine({ ...engineDefaults, ...caps });
  const known = 10_000;
  for (let round = 0; round < 3; round++) {
    for (let user = 0; user < known; user++) {
      const ts = startAt + round * 1_200_000 + user;
      engine.step({ ts, user: `known-${user}`, method: 'GET', endpoint: '/v1/orders', status: 200 }, ts);
    }
  }
  let ts = startAt + 4_000_000;
  const invent = (from: number, to: number): void => {
    for (let index = from; index < to; index++) {
      ts += index % 20 === 0 ? 1 : 0;
      const endpoint = `/invented/${index % 3 === 0 ? index : 'x'}`;
      engine.step(
        { ts, user: `invented-${index}`, method: 'GET', endpoint, status: 401, ip: `10.${index}` },
        ts,
      );
    }
    engine.tick(ts);
    engine.takeChanges();
  };
  invent(0, 500_000);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  invent(500_000, invented);
  globalThis.gc?.();
  const ratio = Math.round((process.memoryUsage().rss / before) * 1000) / 1000;
  let lost = 0;
  for (let user = 0; user < known; user++) {
    if (engine.baseline(`known-${user}`, 'GET /v1/orders', ts).requestsTotal < 3) lost++;
  }
  const note = `${invented} invented users, past the cap; ${lost} of ${known} known users lost their baseline`;
  return { name: 'engine.flood-memory', value: ratio, unit: 'times', ratio, note };
}

/** Decisions a second with throttles in force on 1 % of 100,000 users, beside a plain in-memory limiter. */
export async function enforcerDecide(): Promise<BenchResult> {
  const users = 100_000;
  const count = 500_000;
  const next = random(7);
  const names: string[] = JSON.parse(
    JSON.stringify(Array.from({ length: count }, () => `user-${Math.floor(next() * users)}`)),
  );
  const enforcer = createEnforcer(enforcerDefaults);
  const throttles: Throttle[] = Array.from({ length: users / 100 }, (_, index) => ({
    id: `thr_${index}`,
    scope: { user: `user-${index * 100}`, endpoint: 'GET /v1/orders' },
    conclusion: 'throttle',
    kind: 'rate_spike',
    limitPerMinute: 60,
    alertId: `alr_${index}`,
    mode: 'enforce',
    createdAt: startAt,
    expiresAt: startAt + 1e9,
  }));
  enforcer.replace(throttles, 4, startAt);
  let value = 0;
  for (let round = 0; round < 4; round++) {
    const begun = performance.now();
    for (let index = 0; index < count; index++) {
      enforcer.decide({ user: names[index] ?? '', endpoint: 'GET /v1/orders' }, startAt + index, 'enforce');
    }
    value = Math.max(value, Math.round(count / ((performance.now() - begun) / 1000)));
  }
  const limiter = new RateLimiterMemory({ points: 100, duration: 60 });
  const peers = names.slice(0, 200_000);
  const begun = performance.now();
  for (const name of peers) await limiter.consume(name).catch(() => undefined);
  const peerValue = Math.round(peers.length / ((performance.now() - begun) / 1000));
  return {
    name: 'enforcer.decide',
    value,
    unit: 'calls/s',
    peer: 'rate-limiter-flexible RateLimiterMemory',
    peerValue,
    ratio: Math.round((value / peerValue) * 10) / 10,
    note: '100,000 users, throttles in force on 1,000 of them',
  };
}
