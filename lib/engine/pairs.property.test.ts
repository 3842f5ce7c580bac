import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addPair, createPairs, findPair, removePair } from './pairs.ts';

test('the pair table finds what was added and not removed, like a map, and never holds more than its cap', () => {
  const order = fc.record({ user: fc.nat(20), endpoint: fc.nat(6), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(order, { maxLength: 300 }), (orders) => {
      const max = 40;
      const pairs = createPairs(max, 77);
      const map = new Map<string, number>();
      for (const { user, endpoint, remove } of orders) {
        const key = `${user}/${endpoint}`;
        const known = map.get(key);
        assert.equal(findPair(pairs, user, endpoint), known ?? -1);
        if (known !== undefined && remove) {
          removePair(pairs, known);
          map.delete(key);
        } else if (known === undefined) {
          const added = addPair(pairs, user, endpoint);
          assert.equal(added < 0, map.size >= max);
          if (added >= 0) map.set(key, added);
        }
        assert.equal(pairs.live, map.size);
      }
    }),
  );
});
