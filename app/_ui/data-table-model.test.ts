import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepOrder } from './data-table-model.ts';

test('rows under the pointer keep their places when their values change', () => {
  const rows = [
    { id: 'c', rate: 9 },
    { id: 'a', rate: 5 },
    { id: 'd', rate: 4 },
  ];
  const shown = ['a', 'b', 'c'].map((id) => ({ id, rate: 1 }));
  assert.deepEqual(keepOrder(rows, shown), [
    { id: 'a', rate: 5 },
    { id: 'c', rate: 9 },
    { id: 'd', rate: 4 },
  ]);
});

test('a further page of a long list is taken as it comes', () => {
  const first = [
    { id: 'a', rate: 1 },
    { id: 'b', rate: 2 },
  ];
  const longer = [...first, { id: 'c', rate: 3 }];
  assert.equal(keepOrder(longer, first), longer);
});
