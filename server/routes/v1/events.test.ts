import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  type CollectorApi,
  listen,
  openCollectorApi,
  testIngestKey,
} from '../../../test/fixtures/collector-api.ts';
import { keyLimits } from './key-limits.ts';

let folder = '';
let it: CollectorApi;
let url = '';
let stop: () => void;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidegate-events-'));
  it = await openCollectorApi({
    folder,
    bodyLimits: { bytesMax: 200_000, inflatedBytesMax: 400_000, readMsMax: 300 },
  });
  const { url: address, server } = await listen(it.api);
  url = address;
  stop = () => {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  };
});
after(async () => {
  stop();
  await it.close();
  await rm(folder, { recursive: true, force: true });
});

const event = (user: string) => ({ ts: Date.now(), user, method: 'GET', endpoint: '/a', status: 200 });
const authorization = `Bearer ${testIngestKey}`;

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}
async function send(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: Object(await response.json()) };
}
async function requestsOf(user: string): Promise<unknown> {
  const query = new URLSearchParams({ user, endpoint: 'GET /a' });
  const response = await fetch(`${url}/v1/baseline?${query}`, { headers: { authorization } });
  return Object(await response.json()).requestsTotal;
}

test('202: a batch is counted as soon as it is acknowledged', async () => {
  const answer = await send(JSON.stringify({ events: [event('counted'), event('counted')] }));
  assert.deepEqual([answer.status, answer.body], [202, { accepted: 2, rejected: [], throttles: [] }]);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(await requestsOf('counted'), 2);
});

test('202: bad events are rejected one by one, with index and code', async () => {
  const events = [
    event('mixed'),
    { ...event('mixed'), user: 1 },
    null,
    { ...event('mixed'), ts: 1 },
    event('mixed'),
  ];
  const answer = await send(JSON.stringify({ events }));
  assert.deepEqual(answer.body, {
    accepted: 2,
    rejected: [
      { index: 1, code: 'invalid_event', field: 'user' },
      { index: 2, code: 'invalid_event' },
      { index: 3, code: 'too_old', field: 'ts' },
    ],
    throttles: [],
  });
});

test('202: NDJSON counts lines, and a broken line is one rejection', async () => {
  const body = `${JSON.stringify(event('lines'))}\r\n\n{"ts":\n${JSON.stringify(event('lines'))}`;
  const answer = await send(body, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  assert.deepEqual(answer.body, {
    accepted: 2,
    rejected: [{ index: 1, code: 'invalid_json' }],
    throttles: [],
  });
  assert.equal(await requestsOf('lines'), 2);
});

test('202: gzip is understood', async () => {
  const body = new Uint8Array(gzipSync(JSON.stringify({ events: [event('zipped')] })));
  assert.equal((await send(body, { 'content-encoding': 'gzip' })).status, 202);
  assert.equal(await requestsOf('zipped'), 1);
});

test('a batch that comes again under its key is answered the same and counted once, also when both come at once', async () => {
  const body = JSON.stringify({ events: [event('once'), {}] });
  const answers = await Promise.all([1, 2, 3, 4].map(() => send(body, { 'idempotency-key': 'same' })));
  answers.push(await send(body, { 'idempotency-key': 'same' }));
  for (const answer of answers) assert.deepEqual([answer.status, answer.body], [202, answers[0]?.body]);
  assert.equal(await requestsOf('once'), 1);
});

test('IK-05: a secret in an event is gone before it is stored', async () => {
  const secret = 'hunter2-hunter2';
  await send(
    JSON.stringify({ events: [{ ...event('careless'), path: `/login?password=${secret}`, note: secret }] }),
  );
  assert.equal(await requestsOf('careless'), 1);
  const { readFile } = await import('node:fs/promises');
  assert.ok(!(await readFile(path.join(folder, 'collector/log/data.mdb'))).includes(secret));
});

test('a name that no page or database can hold is kept in a form that they can', async () => {
  const odd = [event('half \ud800'), { ...event('nul'), ip: 'a\0b' }];
  assert.equal((await send(JSON.stringify({ events: odd }))).body.accepted, 2);
  assert.equal(await requestsOf('half \ufffd'), 1);
});

test('null is read as absent, and a query is no part of an endpoint', async () => {
  const events = [{ ...event('nulls'), endpoint: '/a?token=x', ip: null, bytes: null, refused: null }];
  assert.deepEqual((await send(JSON.stringify({ events }))).body.rejected, []);
  assert.equal(await requestsOf('nulls'), 1);
});

test('422: a key that comes again with another body is refused, and its events are not lost in silence', async () => {
  const send1 = (user: string) =>
    send(JSON.stringify({ events: [event(user)] }), { 'idempotency-key': 'another-body' });
  assert.equal((await send1('first-body')).status, 202);
  const answer = await send1('second-body');
  assert.deepEqual([answer.status, answer.body.code], [422, 'idempotency_key_reused']);
  assert.equal(await requestsOf('second-body'), 0);
});

test('400: what is not JSON or not a batch is refused as a whole', async () => {
  for (const body of ['', '{', '[]', '{"events":{}}', 'null', '{"events":[1,]}']) {
    const answer = await send(body);
    assert.equal(answer.status, 400, body);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  }
  assert.equal((await send('x', { 'content-encoding': 'gzip' })).status, 400);
  assert.equal((await send('{"events":[]}', { 'idempotency-key': 'x'.repeat(129) })).status, 400);
});

test('IK-04, 400: deep nesting is refused before it costs the parser its memory', async () => {
  const answer = await send(`{"events":[${'['.repeat(90_000)}${']'.repeat(90_000)}]}`);
  assert.deepEqual([answer.status, answer.body.code], [400, 'invalid_json']);
});

test('401: a missing, wrong or oddly written key is refused, and nothing of the body is read', async () => {
  for (const authorization of [
    '',
    'Bearer',
    'Bearer wrong',
    `Basic ${testIngestKey}`,
    `Bearer ${testIngestKey} x`,
  ]) {
    const answer = await send('{', { authorization });
    assert.deepEqual([answer.status, answer.body.code], [401, 'invalid_key']);
  }
  const inQuery = await fetch(`${url}/v1/events?access_token=${testIngestKey}`, {
    method: 'POST',
    body: '{}',
  });
  assert.equal(inQuery.status, 401);
});

test('IK-04, 413: too many bytes, declared or not, inflated or not, and too many events', async () => {
  const big = 'x'.repeat(200_001);
  assert.equal((await send(big)).body.code, 'body_too_large');
  // More than a key may have in flight at all: coming back later would not help.
  const huge = new Uint8Array(keyLimits.bytesInFlightMax + 1);
  assert.equal((await send(huge).catch(() => undefined))?.body.code ?? 'body_too_large', 'body_too_large');
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000)));
  assert.ok(bomb.byteLength < 200_000);
  assert.equal((await send(bomb, { 'content-encoding': 'gzip' })).body.code, 'body_too_large');
  const many = await send(`{"events":[${'1,'.repeat(5_000)}1]}`);
  assert.deepEqual([many.status, many.body.code], [413, 'batch_too_large']);

  const chunked = http.request(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
  });
  chunked.on('error', () => {});
  const answered = once(chunked, 'response');
  for (let i = 0; i < 50; i++) chunked.write('x'.repeat(10_000));
  const [response] = await answered;
  assert.equal(response.statusCode, 413);
  chunked.destroy();
});

test('415: other content types and encodings are refused', async () => {
  assert.equal((await send('{}', { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await send('{}', { 'content-encoding': 'br' })).status, 415);
});

test('IK-04, RC-02: a body that comes too slowly is given up', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n` +
      'content-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
  );
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 400 /);
  await once(socket, 'close');
});

test('a sender that leaves in the middle of its body is no failure of ours', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n` +
      'content-type: application/json\r\ncontent-length: 1000\r\nexpect: 100-continue\r\n\r\n{',
  );
  // The server asks for the body as soon as it has seen the head.
  await once(socket, 'data');
  const refusals = async () => {
    const metrics = await it.api.request('/metrics', { headers: { authorization } });
    return (await metrics.text()).match(
      /^tidegate_batches_refused_total\{code="(internal|invalid_request)"\} .*$/gm,
    );
  };
  const before = await refusals();
  socket.resetAndDestroy();
  while (`${await refusals()}` === `${before}`) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(!`${await refusals()}`.includes('internal'));
});

test('IK-04, 429: a key that sends more than its share is told when to come back', async () => {
  const narrow = await mkdtemp(path.join(tmpdir(), 'tidegate-narrow-'));
  const limited = await openCollectorApi({
    folder: narrow,
    keyLimits: { ...keyLimits, eventsPerSecondMax: 1, burstEventsMax: 15 },
  });
  const post = () =>
    limited.api.request('/v1/events', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ events: [event('many')] }),
    });
  assert.equal((await post()).status, 202);
  assert.equal((await post()).status, 202);
  const refused = await post();
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  await limited.close();
  await rm(narrow, { recursive: true, force: true });
});

test('503: a disk without room refuses events, says so, and decisions go on', async () => {
  const narrow = await mkdtemp(path.join(tmpdir(), 'tidegate-full-'));
  const full = await openCollectorApi({
    folder: narrow,
    disk: { freeBytesMin: Number.POSITIVE_INFINITY, freeShareMin: 1, checkEveryMs: 60_000 },
  });
  const headers = { authorization, 'content-type': 'application/json' };
  const refused = await full.api.request('/v1/events', { method: 'POST', headers, body: '{"events":[]}' });
  assert.deepEqual([refused.status, Object(await refused.json()).code], [503, 'storage_full']);
  const ready = await full.api.request('/readyz');
  assert.deepEqual([ready.status, Object(await ready.json()).status], [200, 'degraded']);
  const decision = await full.api.request('/v1/decision?user=u&endpoint=GET%20/a', { headers });
  assert.equal(Object(await decision.json()).conclusion, 'allow');
  await full.close();
  await rm(narrow, { recursive: true, force: true });
});
