import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepOrder } from './data-table-model.ts';

test('rows under the pointer keep their places when their values change', () => {
  const rows = [
    { id: 'c', rate: 9 },
    { id: 'a', rate: 5 },
    { id: 'd', rate: 4 },
  ];
  assert.deepEqual(keepOrder(rows, ['a', 'b', 'c']), [
    { id: 'a', rate: 5 },
    { id: 'c', rate: 9 },
    { id: 'd', rate: 4 },
  ]);
});
