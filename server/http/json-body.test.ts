import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAmbiguous } from './json-body.ts';

/** Guard: `isDoubled` in server/http/json-body.ts. */
test('CF-04: a key that is there twice in one object is found, however deep and however it is written', () => {
  for (const json of [
    '{"id":1,"id":2}',
    '{"id":1,"i\\u0064":2}',
    '{"a":{"b":[{"c":1,"d":2,"c":3}]}}',
    '{ "a" : 1 ,\n "a"\t: 1 }',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a\\"b":1,"a\\u0022b":2}',
  ]) {
    assert.equal(isAmbiguous(json), true, json);
  }
});

test('CF-04: the same key in different objects, and colons and braces in texts, are no doubled key', () => {
  for (const json of [
    '{"a":{"a":{"a":"a"}},"b":[{"a":1},{"a":2}]}',
    '{"text":"{\\"a\\":1,\\"a\\":2}","a":":"}',
    '["a","a"]',
    '{"a":"b","b":"a"}',
    '{"a":"\\\\","b":"\\\\\\""}',
    '',
    'null',
    '"a"',
  ]) {
    assert.equal(isAmbiguous(json), false, json);
  }
});

/** Guard: `depthMax` in server/http/json-body.ts. */
test('CF-04: what is nested deeper than anything we take is refused before it is parsed', () => {
  assert.equal(isAmbiguous(`${'['.repeat(32)}${']'.repeat(32)}`), false);
  assert.equal(isAmbiguous('['.repeat(1_000_000)), true);
});

test('what JSON.stringify writes is never ambiguous', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
      for (const json of [JSON.stringify(value), JSON.stringify(value, undefined, 2)]) {
        assert.equal(isAmbiguous(json), false);
      }
    }),
  );
});
