import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventSchema, isCertainlyEvent } from './event.schema.ts';
import { stringLengthsMax } from './event.ts';

const valid = {
  ts: 1_700_000_000_000,
  user: 'u1',
  method: 'GET',
  endpoint: '/v1/orders/{id}',
  status: 200,
  latencyMs: 1.5,
  bytes: 10,
  ip: '10.0.0.1',
  ua: 'curl',
  country: 'DE',
  tokenId: 't',
  objectId: 'o',
  path: '/v1/orders/7',
  service: 'shop',
  refused: true,
};

const required = ['ts', 'user', 'method', 'endpoint', 'status'];
const optional = Object.keys(valid).filter((name) => !required.includes(name));

/** Values around every limit that the schema knows, and of every other type. */
const oddValue = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    '',
    'GET',
    'get',
    0,
    -0,
    -1,
    99,
    100,
    599,
    600,
    200.5,
    1e21,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.MAX_SAFE_INTEGER + 2,
    true,
    [],
    {},
    'x',
  ),
  fc
    .constantFrom(...Object.values(stringLengthsMax))
    .chain((n) => fc.constantFrom('a'.repeat(n), 'a'.repeat(n + 1))),
  fc.anything(),
);

test('the quick check and the schema agree on every event', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...Object.keys(valid)), oddValue, { maxKeys: 3 }),
      fc.subarray(Object.keys(valid)),
      (odd, removed) => {
        const event: Record<string, unknown> = { ...valid, ...odd };
        if (removed.length < 3) for (const name of removed) delete event[name];
        const { success } = eventSchema.safeParse(event);
        assert.ok(success || !isCertainlyEvent(event), JSON.stringify(event));
        // `null` for what is absent is left to the schema.
        for (const name of optional) if (event[name] === null) delete event[name];
        assert.equal(isCertainlyEvent(event), success, JSON.stringify(event));
      },
    ),
    { numRuns: 3000 },
  );
});

test('the quick check and the schema agree on what is no event at all', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      assert.equal(isCertainlyEvent(value), eventSchema.safeParse(value).success);
    }),
  );
});
