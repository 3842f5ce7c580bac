import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { RequestEvent } from '../../lib/contract/event.ts';
import { type FaultServer, startFaultServer, throttleFor, until } from '../test/fault-server.ts';
import { createClientIn } from './client.ts';
import { type Client, type ClientOptions, createClient, type Diagnostic } from './index.ts';

const event: RequestEvent = {
  ts: Date.now(),
  user: 'ann',
  method: 'GET',
  endpoint: '/v1/orders',
  status: 200,
};
const ask = { user: 'ann', endpoint: 'GET /v1/orders' };
const answer = (status: number, headers: Record<string, string> = {}) => {
  return (_request: unknown, response: ServerResponse) => void response.writeHead(status, headers).end();
};

interface Setup {
  server: FaultServer;
  client: Client;
  diagnostics: Diagnostic[];
}

async function setup(t: TestContext, options: Partial<ClientOptions> = {}): Promise<Setup> {
  const server = await startFaultServer(t);
  const diagnostics: Diagnostic[] = [];
  const onDiagnostic = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const base = { url: server.url, key: 'k'.repeat(32), backoffMs: 5, closeTimeoutMs: 20, onDiagnostic };
  const client = createClient({ ...base, unreachableAfterMs: 0, ...options });
  t.after(() => client.close());
  return { server, client, diagnostics };
}

test('what was captured arrives, in order, in few requests', async (t) => {
  const { server, client } = await setup(t);
  for (let i = 0; i < 5_000; i++) client.capture({ ...event, objectId: `o-${i}` });
  assert.equal(await client.flush(5_000), true);
  assert.deepEqual(
    server.events.map(({ objectId }) => objectId).sort(byNumber),
    Array.from({ length: 5_000 }, (_, i) => `o-${i}`),
  );
  assert.equal(server.attempts.length, 3);
  assert.ok(server.attempts.every(({ gzipped }) => gzipped));
  assert.equal(client.stats().acceptedEvents, 5_000);
});

test('a batch goes by itself after its delay, without a flush', async (t) => {
  const { server, client } = await setup(t, { service: 'shop' });
  client.capture({ user: 7, method: 'get', endpoint: '/v1/orders', status: 200 });
  await until('the event', () => server.events.length === 1);
  assert.equal(server.events[0]?.service, 'shop');
  assert.equal(server.events[0]?.user, '7');
  assert.ok(Math.abs((server.events[0]?.ts ?? 0) - Date.now()) < 60_000);
  assert.equal(server.attempts[0]?.gzipped, false);
});

test('a batch is sent again under the same key until it is taken, and counts once', async (t) => {
  const { server, client } = await setup(t);
  const lost: typeof server.faults = [
    answer(500),
    answer(503, { 'retry-after': '0' }),
    (request) => request.socket.destroy(),
    answer(429, { 'retry-after': '0' }),
  ];
  server.faults = lost;
  client.capture(event);
  assert.equal(await client.flush(5_000), true);
  assert.equal(server.attempts.length, 5);
  assert.equal(new Set(server.attempts.map(({ idempotencyKey }) => idempotencyKey)).size, 1);
  assert.equal(server.events.length, 1);
  assert.deepEqual(client.stats().droppedEvents, {});
});

test('an answer that never comes is given up, and the batch sent again', async (t) => {
  const { server, client } = await setup(t, { requestTimeoutMs: 30 });
  server.faults = [() => undefined];
  client.capture(event);
  assert.equal(await client.flush(5_000), true);
  assert.equal(server.attempts.length, 2);
});

test('Retry-After is honoured', async (t) => {
  const { server, client } = await setup(t);
  server.faults = [answer(429, { 'retry-after': '3600' })];
  client.capture(event);
  assert.equal(await client.flush(200), false);
  assert.equal(server.attempts.length, 1);
});

test('a batch that is refused for good is dropped with a code, and the next one goes', async (t) => {
  const { server, client, diagnostics } = await setup(t);
  server.faults = [answer(413)];
  for (let i = 0; i < 3; i++) client.capture(event);
  assert.equal(await client.flush(5_000), true);
  assert.deepEqual(client.stats().droppedEvents, { batch_refused: 3 });
  assert.deepEqual(
    diagnostics.map(({ code, count }) => [code, count]),
    [['batch_refused', 3]],
  );
  client.capture(event);
  assert.equal(await client.flush(5_000), true);
  assert.equal(server.events.length, 1);
});

test('a refused key is told and keeps its batch, asking rarely', async (t) => {
  const { server, client, diagnostics } = await setup(t);
  server.alwaysFault = answer(401);
  client.capture(event);
  await until('the diagnostic', () => diagnostics.some(({ code }) => code === 'key_refused'));
  assert.equal(await client.flush(50), false);
  assert.equal(server.attempts.length, 1);
  assert.deepEqual(client.stats().droppedEvents, {});
});

test('events that the collector rejects one by one are counted by its code', async (t) => {
  const { server, client } = await setup(t);
  server.reply = {
    rejected: [
      { index: 0, code: 'too_old' },
      { index: 1, code: 'of_a_later_version' },
    ],
  };
  for (let i = 0; i < 3; i++) client.capture(event);
  await client.flush(5_000);
  assert.deepEqual(client.stats().droppedEvents, { server_too_old: 1, server_other: 1 });
  assert.equal(client.stats().acceptedEvents, 1);
});

test('a full queue drops the newest, counts them, and tells it in one line', async (t) => {
  const { server, client, diagnostics } = await setup(t, { queueEventsMax: 10, batchEventsMax: 5 });
  server.alwaysFault = () => undefined;
  for (let i = 0; i < 1_000; i++) client.capture({ ...event, objectId: `${i}` });
  assert.equal(client.stats().queuedEvents, 10);
  assert.deepEqual(client.stats().droppedEvents, { queue_full: 990 });
  server.alwaysFault = undefined;
  await client.close();
  assert.deepEqual(
    diagnostics.filter(({ code }) => code === 'queue_full').reduce((sum, { count }) => sum + count, 0),
    990,
  );
  assert.ok(diagnostics.filter(({ code }) => code === 'queue_full').length <= 2);
});

test('the queue is bounded in size as well as in number', async (t) => {
  const { client } = await setup(t, { queueBytesMax: 10_000, batchDelayMs: 60_000 });
  for (let i = 0; i < 100; i++) client.capture({ ...event, path: 'x'.repeat(2_000) });
  assert.ok(client.stats().queuedBytes <= 10_000);
  assert.equal(client.stats().droppedEvents.queue_full, 100 - client.stats().queuedEvents);
});

test('hostile input never throws into the caller', async (t) => {
  const { server, client } = await setup(t);
  const circular: Record<string, unknown> = { ...event };
  circular.self = circular;
  circular.user = circular;
  const trap = Object.defineProperty({ ...event }, 'ua', {
    get: () => {
      throw new Error('trap');
    },
  });
  const hostile: unknown[] = [
    circular,
    trap,
    null,
    1,
    { ...event, user: '' },
    { ...event, status: Number.NaN },
  ];
  const capture: (event: unknown) => void = (given) => Reflect.apply(client.capture, client, [given]);
  for (const each of hostile) capture(each);
  capture({ ...event, user: 'u'.repeat(1e6), ua: '🦊'.repeat(1e5), latencyMs: -1, bytes: Number.NaN });
  await client.flush(5_000);
  assert.deepEqual(client.stats().droppedEvents, { invalid_event: 4, unreadable_event: 2 });
  assert.equal(server.events[0]?.user.length, 256);
  assert.equal(server.events[0]?.ua, '🦊'.repeat(256));
  assert.equal(server.events[0]?.latencyMs, undefined);
  const decide: (request: unknown) => unknown = (given) => Reflect.apply(client.decide, client, [given]);
  for (const each of [undefined, null, {}, { user: 1 }, trap]) assert.ok(decide(each));
});

test('a throttle that is pushed applies, one that is removed no longer', async (t) => {
  const { server, client } = await setup(t);
  assert.equal(await client.ready(5_000), true);
  assert.equal(client.decide(ask).conclusion, 'allow');
  server.push({ set: [throttleFor('thr_1', {})] });
  await until('the throttle', () => client.decide(ask).conclusion === 'deny');
  assert.equal(client.decide({ ...ask, user: 'bob' }).conclusion, 'allow');
  server.push({ removed: ['thr_1'] });
  await until('the release', () => client.decide(ask).conclusion === 'allow');
});

test('a throttle in an ingest reply applies, unless it was lifted already', async (t) => {
  const { server, client } = await setup(t);
  await client.ready(5_000);
  server.reply = { throttles: [throttleFor('thr_1', {})] };
  client.capture(event);
  await client.flush(5_000);
  assert.equal(client.decide(ask).conclusion, 'deny');
  server.push({ removed: ['thr_1'] });
  await until('the release', () => client.decide(ask).conclusion === 'allow');
  client.capture(event);
  await client.flush(5_000);
  assert.equal(client.decide(ask).conclusion, 'allow');
});

test('a cut stream is resumed where it ended, and what happened meanwhile is made up for', async (t) => {
  const { server, client } = await setup(t);
  await client.ready(5_000);
  server.push({ set: [throttleFor('thr_1', { scope: { user: 'bob' } })] });
  await until('the first throttle', () => client.stats().throttles === 1);
  server.cutStreams();
  server.push({ set: [throttleFor('thr_2', {})] });
  await until('the second throttle', () => client.decide(ask).conclusion === 'deny');
  assert.deepEqual(
    server.streamRequests.map(({ lastEventId }) => lastEventId),
    [undefined, 'e1.1'],
  );
  assert.equal(new Set(server.streamRequests.map(({ instance }) => instance)).size, 1);
});

test('a gap in the stream is answered by asking for a snapshot', async (t) => {
  const { server, client } = await setup(t);
  await client.ready(5_000);
  server.throttles = [throttleFor('thr_1', {})];
  server.write('id: e1.9\nevent: delta\ndata: {"seq":9,"set":[],"removed":[],"instances":1}\n\n');
  await until('the snapshot', () => client.decide(ask).conclusion === 'deny');
  assert.equal(server.streamRequests.at(-1)?.lastEventId, undefined);
});

test('nonsense on the stream is told, and harms nothing', async (t) => {
  const { server, client, diagnostics } = await setup(t);
  await client.ready(5_000);
  server.write('event: delta\ndata: {oops\n\nevent: delta\ndata: null\n\n');
  server.push({ set: [throttleFor('thr_1', {})] });
  await until('the throttle', () => client.decide(ask).conclusion === 'deny');
  assert.ok(diagnostics.some(({ code }) => code === 'stream_invalid'));
});

test('while Tidegate is away throttles stay, all else is allowed and says that nobody knows', async (t) => {
  const { server, client, diagnostics } = await setup(t);
  server.throttles = [throttleFor('thr_1', {})];
  await client.ready(5_000);
  await server.down();
  await until('the cut', () => !client.stats().connected);
  assert.equal(client.decide(ask).conclusion, 'deny');
  assert.deepEqual(client.decide({ ...ask, user: 'bob' }), {
    conclusion: 'allow',
    failedOpen: true,
    reason: 'collector_unreachable',
  });
  assert.equal(client.decide({ ...ask, user: 'bob' }, { failMode: 'closed' }).conclusion, 'deny');
  assert.ok(diagnostics.some(({ code }) => code === 'collector_unreachable'));
  client.capture(event);
  await server.up();
  await until('the view', () => client.stats().connected);
  assert.equal(await client.flush(5_000), true);
  assert.deepEqual(client.decide({ ...ask, user: 'bob' }), { conclusion: 'allow', reason: 'normal' });
});

test('a client that never reached Tidegate never calls a request normal', async (t) => {
  const { server, client } = await setup(t, { failMode: 'closed' });
  await server.down();
  assert.equal(client.decide(ask).conclusion, 'deny');
  assert.equal(await client.ready(20), false);
});

test('a short cut of the stream does not put the view in doubt', async (t) => {
  const { server, client } = await setup(t, { unreachableAfterMs: 60_000 });
  await client.ready(5_000);
  await server.down();
  assert.deepEqual(client.decide(ask), { conclusion: 'allow', reason: 'normal' });
});

test('shadow mode never refuses, and says what it would have done', async (t) => {
  const { server, client } = await setup(t, { mode: 'shadow', failMode: 'closed' });
  server.throttles = [throttleFor('thr_1', {})];
  await client.ready(5_000);
  assert.equal(client.decide(ask).conclusion, 'allow');
  assert.equal(client.decide(ask).shadow, 'deny');
  await server.down();
  await until('the cut', () => !client.stats().connected);
  assert.equal(client.decide({ ...ask, user: 'bob' }).failedOpen, true);
});

test('a clock that is an hour off, or is put back, neither forgets throttles nor misdates events', async (t) => {
  const server = await startFaultServer(t);
  const hourMs = 3_600_000;
  let wrongMs = hourMs;
  const client = createClientIn(
    { url: server.url, key: 'k', unreachableAfterMs: 0, closeTimeoutMs: 20 },
    {
      clock: { now: () => Date.now() + wrongMs },
      monotonic: performance,
      random: Math.random,
      fetch: (...request) => fetch(...request),
    },
  );
  t.after(() => client.close());
  server.throttles = [throttleFor('thr_1', { expiresAt: Date.now() + hourMs / 2 })];
  await client.ready(5_000);
  assert.equal(client.decide(ask).conclusion, 'deny');
  for (const wrong of [hourMs, -24 * hourMs]) {
    wrongMs = wrong;
    assert.equal(client.decide(ask).conclusion, 'deny');
    client.capture({ ...event, ts: Date.now() + wrongMs });
    await until('the batch, by its timer', () => client.stats().queuedEvents === 0);
    await client.flush(5_000);
    assert.ok(Math.abs((server.events.at(-1)?.ts ?? 0) - Date.now()) < 60_000);
  }
});

test('close delivers what is left, stops everything, and may be called again', async (t) => {
  const { server, client } = await setup(t, { closeTimeoutMs: 5_000 });
  await client.ready(5_000);
  client.capture(event);
  await Promise.all([client.close(), client.close()]);
  assert.equal(server.events.length, 1);
  await until('the stream to end', () => server.openStreams === 0);
  client.capture(event);
  assert.deepEqual(client.stats().droppedEvents, { after_close: 1 });
  assert.equal(client.decide(ask).failedOpen, true);
});

test('close gives up after its time and counts what was not delivered', async (t) => {
  const { server, client } = await setup(t);
  server.alwaysFault = () => undefined;
  for (let i = 0; i < 7; i++) client.capture(event);
  await client.close();
  assert.deepEqual(client.stats().droppedEvents, { undelivered_at_close: 7 });
});

for (const [name, bad] of [
  ['url', { url: 'tidegate' }],
  ['url', { url: 'http://user:secret@localhost' }],
  ['key', { key: 'two\nlines' }],
  ['key', { key: '' }],
  ['mode', { mode: 'on' }],
  ['failMode', { failMode: 'maybe' }],
  ['queueEventsMax', { queueEventsMax: 0 }],
  ['batchEventsMax', { batchEventsMax: 10_000 }],
  ['batchDelayMs', { batchDelayMs: Number.NaN }],
  ['onDiagnostic', { onDiagnostic: 'console' }],
  ['service', { service: 7 }],
] as const) {
  test(`a wrong ${name} (${JSON.stringify(bad)}) is a TypeError that names it`, () => {
    const make: (options: unknown) => unknown = (options) =>
      Reflect.apply(createClient, undefined, [options]);
    assert.throws(() => make({ url: 'http://localhost:1', key: 'k', ...bad }), {
      name: 'TypeError',
      message: new RegExp(name),
    });
  });
}

function byNumber(a = '', b = ''): number {
  return Number(a.slice(2)) - Number(b.slice(2));
}
