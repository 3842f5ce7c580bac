import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeEntry, encodeEntry } from './log-entry.ts';

/** From one byte a character to four, short and long, empty and absent. */
const text = (minLength: number) =>
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength, maxLength: 40 }),
    fc.string({ unit: 'grapheme-ascii', minLength, maxLength: 40 }),
  );
const optional = fc.option(text(0), { nil: undefined });
const amount = fc.option(fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }), { nil: undefined });

const fields = {
  ts: fc.nat(),
  user: text(1),
  method: fc.constantFrom('GET' as const, 'POST' as const),
  endpoint: text(1),
  status: fc.integer({ min: 100, max: 599 }),
  latencyMs: amount,
  bytes: amount,
  ip: optional,
  ua: optional,
  country: optional,
  tokenId: optional,
  objectId: optional,
  path: optional,
  service: optional,
  refused: fc.constantFrom(true as const, undefined),
};
const event = fc.record(fields, { noNullPrototype: true });

test('a batch comes back from the log as it was written, whatever its texts are', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const decoded = decodeEntry(encodeEntry({ receivedAtMs: 5, keyId: 'key_1', events }));
      assert.ok('events' in decoded);
      assert.deepEqual(decoded, { receivedAtMs: 5, keyId: 'key_1', events });
    }),
  );
});

test('half a surrogate pair costs its own character and moves no other text', () => {
  const events = ['a\uD800', '\uDC00b', 'plain-and-longer-than-that'].map((user) => ({
    ...{ ts: 1, user, method: 'GET' as const, endpoint: '/a', status: 200, tokenId: `t-${user}` },
  }));
  const decoded = decodeEntry(encodeEntry({ receivedAtMs: 5, keyId: 'key_1', events }));
  assert.ok('events' in decoded);
  assert.deepEqual(
    decoded.events.map(({ tokenId }) => tokenId),
    ['t-a\uFFFD', 't-\uFFFDb', 't-plain-and-longer-than-that'],
  );
});
