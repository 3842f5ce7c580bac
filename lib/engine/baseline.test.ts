import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeSlot } from './baseline.ts';
import { addPair, at, createPairs, ringOf, rowStride } from './pairs.ts';

const ratePerMinute = (requests: number, slotsUntilNext: number): number => {
  const pairs = createPairs(8, 1);
  const pair = addPair(pairs, 0, 1);
  pairs.halves[ringOf(pair)] = requests;
  closeSlot(pairs, pair, slotsUntilNext, { isYoung: true, isSettled: false });
  return pairs.row[pair * rowStride + at.slowPerMinute] ?? 0;
};

test('a job that ran once is remembered a day later by what it did in that day, not as nothing', () => {
  assert.ok(Math.abs(ratePerMinute(600, 144) - 600 / 1_440) < 0.01);
  assert.ok(Math.abs(ratePerMinute(600, 6) - 600 / 60) < 0.1);
  assert.ok(ratePerMinute(600, 7 * 144) < 0.01, 'and forgotten within a week');
});
