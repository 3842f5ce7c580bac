/** What the SDK promises together with a real Tidegate, through the real frameworks. */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import fastify, { type FastifyRequest } from 'fastify';
import { Hono } from 'hono';
import { NextRequest } from 'next/server.js';
import { tidegate as expressTidegate } from '../src/express.ts';
import { tidegate as fastifyTidegate } from '../src/fastify.ts';
import { tidegate as honoTidegate } from '../src/hono.ts';
import type { Client } from '../src/index.ts';
import { withTidegate } from '../src/next.ts';
import { until } from './fault-server.ts';
import { listening } from './listening.ts';
import { startTidegate } from './tidegate.ts';

type Ask = (user: string) => Promise<Response>;

const asUser = (request: (path: string, init: RequestInit) => Promise<Response>): Ask => {
  return (user) => request('/v1/orders/7', { headers: { 'x-user': user } });
};

/** One route behind each framework; the caller names itself in a header. */
const frameworks: Record<string, (t: TestContext, client: Client) => Promise<Ask>> = {
  async express(t, client) {
    const app = express();
    app.use(expressTidegate(client, { user: (req: express.Request) => req.get('x-user') }));
    app.get('/v1/orders/:id', (req, res) => void res.json({ id: req.params.id }));
    return asUser((await listening(t, createServer(app))).request);
  },
  async fastify(t, client) {
    const app = fastify();
    const user = (request: FastifyRequest) => String(request.headers['x-user']);
    await app.register(fastifyTidegate(client, { user }));
    app.get<{ Params: { id: string } }>('/v1/orders/:id', async ({ params }) => ({ id: params.id }));
    await app.ready();
    return asUser((await listening(t, app.server)).request);
  },
  async hono(t, client) {
    const app = new Hono();
    app.use(honoTidegate(client, { user: (c) => c.req.header('x-user') }));
    app.get('/v1/orders/:id', (c) => c.json({ id: c.req.param('id') }));
    return asUser((await listening(t, createServer(getRequestListener(app.fetch)))).request);
  },
  async next(_t, client) {
    const handler = withTidegate(
      client,
      '/v1/orders/{id}',
      (_request: NextRequest, _context: undefined) => Response.json({}),
      { user: (request) => request.headers.get('x-user') },
    );
    return asUser((path, init) =>
      handler(new NextRequest(new Request(`http://localhost${path}`, init)), undefined),
    );
  },
};

const ask = { user: 'mallory', endpoint: 'GET /v1/orders/{id}' };

/** Asks as one user about 200 times a second, until told to stop. @returns how many passed */
async function flood(ask: Ask, isOver: (status: number) => boolean): Promise<number> {
  for (let passed = 0; ; ) {
    const response = await ask('mallory');
    await response.text();
    if (response.status === 200) passed++;
    if (isOver(response.status)) return passed;
    await pause(5);
  }
}

for (const [name, start] of Object.entries(frameworks)) {
  test(`a flood through ${name} is answered 429 by its 260th request, and nobody else is refused`, async (t) => {
    const tidegate = await startTidegate(t);
    const client = tidegate.client();
    const request = await start(t, client);
    assert.equal(await client.ready(5_000), true);
    const quiet = new AbortController();
    const others = (async () => {
      const statuses: number[] = [];
      while (!quiet.signal.aborted) {
        const response = await request('ann');
        await response.text();
        statuses.push(response.status);
        await pause(150);
      }
      return statuses;
    })();
    const passed = await flood(request, (status) => status === 429);
    let refused = 1;
    await flood(request, (status) => status === 429 && ++refused >= 50);
    quiet.abort();
    // About two seconds on an idle machine; requests are counted, since a busy one makes both slower.
    assert.ok(passed < 260, `first 429 after ${passed} requests`);
    assert.deepEqual(new Set(await others), new Set([200]));
    await client.flush(5_000);
    const { requestsTotal } = await tidegate.baseline('mallory', ask.endpoint);
    assert.ok(requestsTotal >= passed + refused, 'refused requests are evidence, and are shipped');
    assert.deepEqual(client.stats().droppedEvents, {});
  });
}

/** Ships a flood of `mallory` until a throttle against it is in force in this client. */
async function provoke(client: Client): Promise<void> {
  await until('the throttle', () => {
    for (let i = 0; i < 5; i++) {
      client.capture({ user: 'mallory', method: 'GET', endpoint: '/v1/orders/{id}', status: 200 });
    }
    return client.decide(ask).conclusion === 'throttle';
  });
}

test('a throttle that an operator lifts is gone from the SDK at once', async (t) => {
  const tidegate = await startTidegate(t);
  const client = tidegate.client();
  await client.ready(5_000);
  await provoke(client);
  for (const { id } of tidegate.throttles()) await tidegate.lift(id);
  await until('the release', () => client.decide(ask).conclusion === 'allow');
});

test('every instance learns of a throttle, and together they keep to one limit', async (t) => {
  const tidegate = await startTidegate(t);
  const [one, two] = [tidegate.client(), tidegate.client()];
  await Promise.all([one.ready(5_000), two.ready(5_000)]);
  await until('both to share', () => one.stats().instances === 2 && two.stats().instances === 2);
  await provoke(one);
  await until('the other', () => two.decide(ask).throttleId !== undefined);
  const limit = two.decide(ask).limitPerMinute;
  assert.ok(limit);
  const startedAt = Date.now();
  let passed = 0;
  await until('a second of asking', () => {
    for (const client of [one, two]) if (client.decide(ask).conclusion === 'allow') passed++;
    return Date.now() - startedAt > 1_000;
  });
  // What the fleet earns in the time, and the three seconds that each share may have saved up.
  const allowance = (limit / 60) * ((Date.now() - startedAt) / 1_000 + 3) + 2;
  assert.ok(passed <= allowance, `${passed} passed, ${allowance} allowed`);
});

test('while Tidegate restarts the API answers, throttles stay, and no event is lost or counted twice', async (t) => {
  const tidegate = await startTidegate(t);
  const client = tidegate.client({ unreachableAfterMs: 0 });
  await client.ready(5_000);
  const quiet = { user: 'ann', method: 'GET', endpoint: '/v1/orders/{id}', status: 200 };
  for (let i = 0; i < 20; i++) client.capture(quiet);
  await provoke(client);
  await client.flush(5_000);

  await tidegate.stop();
  await until('the cut', () => !client.stats().connected);
  assert.equal(client.decide(ask).conclusion, 'throttle');
  assert.deepEqual(client.decide({ ...ask, user: 'ann' }), {
    conclusion: 'allow',
    failedOpen: true,
    reason: 'collector_unreachable',
  });
  for (let i = 0; i < 15; i++) client.capture(quiet);
  assert.equal(await client.flush(100), false);

  await tidegate.start();
  await until('the stream', () => client.stats().connected);
  assert.equal(await client.flush(5_000), true);
  assert.equal(client.decide({ ...ask, user: 'ann' }).reason, 'normal');
  assert.equal((await tidegate.baseline('ann', ask.endpoint)).requestsTotal, 35);
  assert.deepEqual(client.stats().droppedEvents, {});
});

test('a key that Tidegate does not know changes nothing for the API, and is told', async (t) => {
  const tidegate = await startTidegate(t);
  const codes: string[] = [];
  const client = tidegate.client({ key: 'x'.repeat(40), onDiagnostic: ({ code }) => void codes.push(code) });
  client.capture({ user: 'ann', method: 'GET', endpoint: '/', status: 200 });
  await until('the diagnostic', () => codes.includes('key_refused'));
  assert.equal(client.decide(ask).failedOpen, true);
});
