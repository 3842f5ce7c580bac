/**
 * Whatever a stranger with a key sends, the answer is a refusal and never a failure of ours, and nothing of it stays in
 * memory. Bodies are valid batches that were damaged at random, and noise; `TIDEGATE_TEST_BODIES=100000` for the long run.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { type CollectorApi, listen, openCollectorApi, testIngestKey } from './fixtures/collector-api.ts';

const bodies = Number(process.env.TIDEGATE_TEST_BODIES ?? 2_000);
const seed = Number(process.env.TIDEGATE_TEST_SEED ?? Date.now() % 1_000_000);
/** What may be larger afterwards: code that was compiled meanwhile, tables of the engine that were touched. */
const growthBytesMax = 24 * 1024 * 1024;

let folder = '';
let it: CollectorApi;
let url = '';
let stop: () => void;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidegate-malformed-'));
  it = await openCollectorApi({ folder });
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

/** Mulberry32: a run that fails can be had again by its seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const oddValues = [
  'null',
  '-1',
  '1e999',
  '""',
  '[]',
  '{}',
  'true',
  '"\\u0000"',
  '"\\ud800"',
  `"${'x'.repeat(5_000)}"`,
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":{}}}',
  '[[[[[[[[]]]]]]]]',
  '99999999999999999999',
  '"Bearer abcdefghijkl"',
  '\u0001',
  'NaN',
];
const types = [
  'application/json',
  'application/x-ndjson',
  'text/plain',
  'application/json; charset=latin1',
  '',
];
const keys = [undefined, 'k', 'x'.repeat(200), '\u00e9', 'same'];

function damaged(random: () => number): { body: Buffer; headers: Record<string, string> } {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const event = {
    ts: Date.now(),
    user: 'u',
    method: 'GET',
    endpoint: '/a',
    status: 200,
    ip: '10.0.0.1',
    path: '/x',
  };
  let text =
    random() < 0.5 ? JSON.stringify({ events: [event, event] }) : `${JSON.stringify(event)}\n`.repeat(3);
  for (let hits = Math.floor(random() * 4); hits > 0; hits--) {
    const at = Math.floor(random() * text.length);
    const how = random();
    if (how < 0.4)
      text = text.replace(/:("[^"]*"|\d+)/, () => (random() < 0.7 ? `:${pick(oddValues)}` : ':'));
    else if (how < 0.6) text = text.slice(0, at);
    else if (how < 0.8) text = text.slice(0, at) + pick(oddValues) + text.slice(at);
    else text = text.slice(0, at) + text.slice(at + 3);
  }
  let body = Buffer.from(text);
  if (random() < 0.2)
    for (let i = 0; i < 5; i++) body[Math.floor(random() * body.length)] = Math.floor(random() * 256);
  const headers: Record<string, string> = {};
  const type = random() < 0.8 ? types[random() < 0.5 ? 0 : 1] : pick(types);
  if (type) headers['content-type'] = type;
  const key = pick(keys);
  if (random() < 0.3 && key !== undefined) headers['idempotency-key'] = Buffer.from(key).toString('latin1');
  if (random() < 0.2) {
    headers['content-encoding'] = random() < 0.8 ? 'gzip' : 'deflate';
    body = gzipSync(body);
    if (random() < 0.5) body = body.subarray(0, Math.floor(random() * body.length));
  }
  return { body, headers };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
after(() => agent.destroy());

function statusOf(body: Buffer, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = http.request(
    `${url}/v1/events`,
    { method: 'POST', agent, headers: { ...headers, authorization: `Bearer ${testIngestKey}` } },
    (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    },
  );
  request.on('error', reject);
  request.end(body);
  return promise;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test(`${bodies} damaged bodies (seed ${seed}) give no 5xx and leave nothing behind`, async () => {
  const random = randomFrom(seed);
  const statuses = new Map<number, number>();
  const round = async (count: number) => {
    for (let sent = 0; sent < count; sent += 8) {
      const batch = Array.from({ length: 8 }, () => damaged(random));
      for (const status of await Promise.all(batch.map(({ body, headers }) => statusOf(body, headers)))) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
  };
  await round(bodies / 4);
  const before = heapBytes();
  await round((bodies * 3) / 4);
  const grown = heapBytes() - before;

  const failures = [...statuses].filter(([status]) => status >= 500 || status === 0);
  assert.deepEqual(failures, [], `statuses: ${JSON.stringify([...statuses])}`);
  assert.ok(
    (statuses.get(202) ?? 0) > 0 && (statuses.get(400) ?? 0) > 0,
    'the damage is neither total nor none',
  );
  assert.ok(grown < growthBytesMax, `grew by ${grown} bytes`);
  assert.deepEqual(it.collector.health().degraded, []);
});
