import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Saved } from './columns.ts';
import { createKeyedHash } from './hash.ts';
import { createNames, type Names } from './names.ts';

const seed = [1, 2, 3, 4];
const max = 24;

/** Few enough to meet again; short, long (several blocks), wide, empty, and halves of surrogate pairs. */
const name = fc.oneof(
  fc.nat(30).map((n) => `user-${n}`),
  fc.nat(6).map((n) => `${n}`.repeat(42 + n)),
  fc.nat(6).map((n) => `${n}`.padStart(400, 'long')),
  fc.nat(6).map((n) => `пользователь с длинным именем ${n}`),
  fc.constantFrom('', '\0', '\0\0', '\ud83d', '\ude00', '\ud83d\ude00', 'ÿ', 'Ā'),
);
const order = fc.record({ name, remove: fc.boolean() });

/** Does to the names, and to a map beside them, what is ordered; checks every answer against the map. */
function obey(names: Names, model: Map<string, number>, orders: { name: string; remove: boolean }[]): void {
  for (const { name: text, remove } of orders) {
    const known = model.get(text);
    assert.equal(names.find(text), known ?? -1);
    if (known !== undefined) {
      assert.equal(names.nameOf(known), text);
      if (!remove) continue;
      names.release(known);
      model.delete(text);
      assert.equal(names.has(known), false);
    } else {
      const id = names.add(text);
      if (id < 0) continue;
      assert.ok(id < max && ![...model.values()].includes(id), `id ${id} was in use`);
      model.set(text, id);
    }
    assert.equal(names.size, model.size);
  }
  for (const [text, id] of model) assert.equal(names.find(text), id);
}

test('names are found, given and forgotten as by a map, ids are used again, and there are never more than the cap', () => {
  fc.assert(
    fc.property(fc.array(order, { maxLength: 400 }), (orders) => {
      const model = new Map<string, number>();
      const names = createNames(max, createKeyedHash(seed));
      obey(names, model, orders);
      assert.ok(names.size <= max && names.end <= max);
    }),
  );
});

test('restored from their tables, names go on exactly as those that were saved', () => {
  fc.assert(
    fc.property(fc.array(order, { maxLength: 100 }), fc.array(order, { maxLength: 100 }), (before, after) => {
      const saved = createNames(max, createKeyedHash(seed));
      const model = new Map<string, number>();
      obey(saved, model, before);
      const restored = createNames(max, createKeyedHash(seed));
      for (const [part, table] of saved.tables.entries()) copy(table, restored.tables[part]);
      restored.restore(saved.heads());
      assert.equal(restored.size, saved.size);
      const sameModel = new Map(model);
      obey(restored, sameModel, after);
      obey(saved, model, after);
      assert.deepEqual([...sameModel], [...model]);
    }),
  );
});

function copy(from: Saved, to: Saved | undefined): void {
  if (!to) throw new Error('there are as many tables');
  to.rows = from.rows;
  for (const [index, { data, stride }] of from.columns.entries()) {
    to.columns[index]?.data.set(data.subarray(0, from.rows * stride));
  }
}

test('names too long for the room that is left are not taken, and take no room', () => {
  const names = createNames(4, createKeyedHash(seed));
  assert.equal(names.add('x'.repeat(5_000)), -1);
  for (let round = 0; round < 50; round++) {
    assert.equal(names.add('x'.repeat(42 + 44 * 4 + 1)), -1);
    const id = names.add('y'.repeat(42 + 44 * 4));
    assert.ok(id >= 0);
    assert.equal(names.add('z'.repeat(43)), -1);
    names.release(id);
  }
  assert.equal(names.size, 0);
});

test('names that collide under one seed are spread evenly under another', () => {
  const guessed = createKeyedHash([5, 6, 7, 8]);
  const real = createKeyedHash([9, 10, 11, 12]);
  const bucket = (hash: number) => hash & 255;
  const chosen: string[] = [];
  for (let n = 0; chosen.length < 2_560; n++) {
    if (bucket(guessed(`user-${n}`)) === 0) chosen.push(`user-${n}`);
  }
  const counts = new Uint32Array(256);
  for (const text of chosen) counts[bucket(real(text))] = (counts[bucket(real(text))] ?? 0) + 1;
  // 10 are expected in each: 40 would be chance once in 10^11.
  assert.ok(Math.max(...counts) < 40, `${Math.max(...counts)} in one bucket`);
});
