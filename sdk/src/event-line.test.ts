import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseEvent } from '../../lib/contract/event.schema.ts';
import { encodeEvent } from './event-line.ts';

const nowMs = 1_700_000_000_000;
const stamp = { nowMs, skewMs: 0, service: 'shop' };
const given: (event: unknown) => ReturnType<typeof encodeEvent> = (event) =>
  Reflect.apply(encodeEvent, undefined, [event, stamp]);

test('whatever is captured is dropped with a code or becomes an event that the collector takes', () => {
  const text = fc.oneof(fc.string(), fc.string({ minLength: 200, maxLength: 3_000, unit: 'grapheme' }));
  const field = fc.oneof(fc.anything(), text, fc.double(), fc.constantFrom('GET', 'post', 200, 404, nowMs));
  const names = ['ts', 'user', 'method', 'endpoint', 'status', 'latencyMs', 'bytes', 'ip', 'ua', 'country'];
  const more = ['tokenId', 'objectId', 'path', 'service', 'refused'];
  const shape = Object.fromEntries([...names, ...more].map((name) => [name, field]));
  const plausible = fc.record({
    user: text,
    method: fc.constantFrom('GET', 'post', 'PURGE'),
    endpoint: text,
    status: fc.integer({ min: 90, max: 610 }),
    ua: field,
    bytes: field,
  });
  let lines = 0;
  fc.assert(
    fc.property(fc.oneof(fc.record(shape), plausible, fc.anything()), (event) => {
      const encoded = given(event);
      if (encoded.kind === 'dropped') return;
      lines++;
      assert.ok(!encoded.line.includes('\n'));
      const parsed = JSON.parse(encoded.line);
      assert.equal(parseEvent({ ...parsed, ts: nowMs }, nowMs).ok, true);
    }),
    { numRuns: 500 },
  );
  assert.ok(lines > 50, `${lines} events got through`);
});

test('a text that is too long is cut between characters', () => {
  const encoded = given({ user: `${'u'.repeat(255)}🦊`, method: 'GET', endpoint: '/', status: 200 });
  assert.equal(encoded.kind === 'line' && JSON.parse(encoded.line).user, 'u'.repeat(255));
});
