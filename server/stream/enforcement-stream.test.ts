import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Throttle } from '../../lib/contract/decision.ts';
import type { CollectorPulse } from '../collector/collector.ts';
import { createMetrics } from '../observe/metrics.ts';
import { createEnforcementStream, type StreamLimits, streamLimits } from './enforcement-stream.ts';

const throttle = (id: string): Throttle => ({
  id,
  scope: { user: 'u'.repeat(200) },
  conclusion: 'deny',
  kind: 'rate_spike',
  alertId: 'alr_1',
  mode: 'enforce',
  createdAt: 0,
  expiresAt: 1,
});

/** A stream whose pulses the test gives by hand. */
function newStream(limits: Partial<StreamLimits>) {
  let tell = (_pulse: CollectorPulse): void | Promise<void> => {};
  const health = { ready: true, backlogEntries: 0, degraded: [] };
  const stream = createEnforcementStream({
    collector: {
      throttles: () => [],
      onPulse(listener) {
        tell = listener;
        return () => {};
      },
      health: () => health,
    },
    revocations: { entries: () => [], onSessionEnded: () => () => undefined },
    clock: { now: () => 0 },
    metrics: createMetrics(),
    limits: { ...streamLimits, ...limits },
  });
  const set = (...ids: string[]) => {
    const changes = { throttlesSet: ids.map(throttle), throttlesRemoved: [], findings: [] };
    const numbers = { surprises: [], eventsTotal: 0, usersActive: 0, usersInTrouble: 0 };
    void tell({ atMs: 0, changes, points: [], ...numbers });
  };
  return { stream, set, health };
}

const request = { keyId: 'key_1', instanceId: undefined, lastEventId: undefined, watchesTokens: false };

async function readAll(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text;
}

test('a reader that does not read is cut off, and the others are not', async () => {
  const { stream, set } = newStream({ waitingBytesMax: 4_000 });
  const slow = stream.connect(request);
  const quick = stream.connect(request).getReader();
  for (let i = 0; i < 50; i++) {
    set(`thr_${i}`);
    await quick.read();
  }
  const text = await readAll(slow);
  assert.ok(text.length <= 4_000, 'what waited for it was bounded');
  set('thr_last');
  let seen = '';
  while (!seen.includes('thr_last')) seen += new TextDecoder().decode((await quick.read()).value);
  stream.close();
});

test('deltas are remembered up to a bound; who missed more gets a snapshot', async () => {
  const { stream, set } = newStream({ deltasMax: 3 });
  const first = stream.connect({ ...request, instanceId: 'a' }).getReader();
  const id = /id: (\S+)/.exec(new TextDecoder().decode((await first.read()).value))?.[1];
  const next = async () => {
    const reader = stream.connect({ ...request, instanceId: 'b', lastEventId: id }).getReader();
    return new TextDecoder().decode((await reader.read()).value);
  };
  for (const name of ['thr_1', 'thr_2', 'thr_3']) set(name);
  assert.match(await next(), /event: delta/);
  set('thr_4');
  assert.match(await next(), /event: snapshot/);
  stream.close();
});

test('connections are capped, by key and in all, and nobody connects before the log is read', () => {
  const { stream, health } = newStream({ connectionsMax: 3, connectionsPerKeyMax: 2 });
  stream.connect(request);
  stream.connect(request);
  assert.throws(() => stream.connect(request), { code: 'rate_limited' });
  stream.connect({ ...request, keyId: 'key_2' });
  assert.throws(() => stream.connect({ ...request, keyId: 'key_3' }), { code: 'rate_limited' });
  health.ready = false;
  assert.throws(() => stream.connect({ ...request, keyId: 'key_4' }), { code: 'unavailable' });
  stream.close();
});
