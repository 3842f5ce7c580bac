import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type CollectorApi, openCollectorApi, testIngestKey } from '../../../test/fixtures/collector-api.ts';

let folder = '';
let it: CollectorApi;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidegate-stream-'));
  it = await openCollectorApi({ folder });
});
after(async () => {
  await it.close();
  await rm(folder, { recursive: true, force: true });
});

const headers = { authorization: `Bearer ${testIngestKey}`, 'content-type': 'application/json' };

interface Frame {
  id: string | undefined;
  event: string;
  data: {
    seq: number;
    throttles?: { id: string }[];
    set?: { id: string }[];
    removed?: string[];
    instances?: number;
  };
}

/** Reads frames one by one, skipping those that the caller does not wait for. */
async function follow(query = '', extra: Record<string, string> = {}) {
  const response = await it.api.request(`/v1/stream${query}`, { headers: { ...headers, ...extra } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  let text = '';
  const next = async (wanted: (frame: Frame) => boolean = () => true): Promise<Frame | 'end'> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end === -1) {
        const { done, value } = await reader.read();
        if (done) return 'end';
        text += value;
        continue;
      }
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      text = text.slice(end + 2);
      const frame = {
        id: fields.get('id'),
        event: fields.get('event') ?? '',
        data: JSON.parse(fields.get('data') ?? ''),
      };
      if (wanted(frame)) return frame;
    }
  };
  return { next, leave: () => reader.cancel() };
}

async function flood(user: string): Promise<void> {
  const events = Array.from({ length: 3_000 }, (_, i) => ({
    ts: Date.now() - 60_000 + i * 20,
    user,
    method: 'GET',
    endpoint: '/a',
    status: 200,
  }));
  const response = await it.api.request('/v1/events', {
    method: 'POST',
    headers,
    body: JSON.stringify({ events }),
  });
  assert.equal(response.status, 202);
}

const frameOf = (frame: Frame | 'end'): Frame => {
  assert.ok(frame !== 'end');
  return frame;
};

test('a snapshot comes first, then a delta when somebody floods, and the decision agrees with it', async () => {
  const stream = await follow();
  const snapshot = frameOf(await stream.next());
  assert.deepEqual([snapshot.event, snapshot.data.throttles], ['snapshot', []]);
  assert.match(snapshot.id ?? '', /^[0-9a-f]+\.\d+$/);
  await flood('flooder-1');
  const delta = frameOf(
    await stream.next((frame) => frame.event === 'delta' && (frame.data.set?.length ?? 0) > 0),
  );
  const decision = await it.api.request('/v1/decision?user=flooder-1&endpoint=GET%20/a', { headers });
  assert.notEqual(Object(await decision.json()).conclusion, 'allow');

  const late = await follow();
  const ids = frameOf(await late.next()).data.throttles?.map(({ id }) => id) ?? [];
  for (const { id } of delta.data.set ?? [])
    assert.ok(ids.includes(id), 'a newcomer gets it with its snapshot');
  await stream.leave();
  await late.leave();
});

test('a client that comes back with its last id gets what it missed, and a stranger id a snapshot', async () => {
  const stream = await follow('?instance=resumer');
  const { id = '' } = frameOf(await stream.next());
  await stream.leave();
  await flood('flooder-2');
  while (!it.collector.throttles().some(({ scope }) => scope.user === 'flooder-2')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const resumed = await follow('?instance=resumer', { 'last-event-id': id });
  const missed = frameOf(await resumed.next((frame) => (frame.data.set?.length ?? 0) > 0));
  assert.equal(missed.event, 'delta');
  await resumed.leave();

  for (const lastEventId of ['other.1', `${id}9999`, 'x', '']) {
    const fresh = await follow('', { 'last-event-id': lastEventId });
    assert.equal(frameOf(await fresh.next()).event, 'snapshot');
    await fresh.leave();
  }
});

test('instances are counted once each, however often one reconnects', async () => {
  const a = await follow('?instance=a');
  const b = await follow('?instance=b');
  const before = it.stream.instances();
  const again = await follow('?instance=b');
  assert.equal(it.stream.instances(), before);
  assert.equal(
    await b.next((frame) => frame.event === 'never'),
    'end',
    'the older connection of b is closed',
  );
  await a.leave();
  await again.leave();
});

test('400 and 401: a strange instance and a missing key are refused', async () => {
  assert.equal((await it.api.request('/v1/stream?instance=%20', { headers })).status, 400);
  assert.equal((await it.api.request('/v1/stream?instance=a&instance=b', { headers })).status, 400);
  assert.equal((await it.api.request('/v1/stream')).status, 401);
});

test('IK-03: a revoked key loses its open streams at once, and its next batch', async () => {
  const stream = await follow();
  await stream.next();
  it.revokeKey();
  assert.equal(await stream.next((frame) => frame.event === 'never'), 'end');
  const response = await it.api.request('/v1/events', { method: 'POST', headers, body: '{"events":[]}' });
  assert.equal(response.status, 401);
});
