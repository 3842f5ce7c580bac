import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startFaultServer, until } from '../test/fault-server.ts';
import { createStreamReader } from './stream-reader.ts';

async function setup(t: TestContext, own: { silenceMsMax?: number; fetch?: typeof fetch }) {
  const server = await startFaultServer(t);
  const cuts: string[] = [];
  const reader = createStreamReader({
    url: new URL(`${server.url}/`),
    key: 'k',
    instance: 'one',
    requestTimeoutMs: 5_000,
    silenceMsMax: 5_000,
    backoffMs: 1,
    fetch: (...request) => fetch(...request),
    clock: { now: () => Date.now() },
    random: () => 0.5,
    onOpen: () => undefined,
    onEvent: () => undefined,
    onCut: (warning) => void cuts.push(warning),
    onInvalid: () => undefined,
    ...own,
  });
  t.after(() => reader.stop());
  reader.start();
  return { server, cuts };
}

test('a stream that says nothing is cut and opened again', async (t) => {
  const { server, cuts } = await setup(t, { silenceMsMax: 20 });
  await until('the second connection', () => server.streamRequests.length >= 2);
  assert.equal(cuts[0], 'collector_unreachable');
  assert.equal(server.streamRequests[1]?.lastEventId, 'e1.0');
});

for (const [status, warning] of [
  [401, 'key_refused'],
  [404, 'address_wrong'],
  [503, 'collector_unreachable'],
] as const) {
  test(`an answer of ${status} is told as ${warning}`, async (t) => {
    const headers = { 'retry-after': '60' };
    const { cuts } = await setup(t, { fetch: async () => new Response('no', { status, headers }) });
    await until('the cut', () => cuts.length > 0);
    assert.deepEqual(cuts, [warning]);
  });
}

test('a stream is never followed to another address', async (t) => {
  const redirects: unknown[] = [];
  const { cuts } = await setup(t, {
    fetch: async (_url, init) => {
      redirects.push(init?.redirect);
      return new Response(null, { status: 302, headers: { location: 'http://elsewhere.test/' } });
    },
  });
  await until('the cut', () => cuts.length > 0);
  assert.deepEqual([redirects, cuts], [['manual'], ['address_wrong']]);
});
