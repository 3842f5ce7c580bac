import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeconds, secondsKept } from './seconds.ts';

/** Within this second, as far as the ring cares; late enough that 15 minutes before it are times too. */
const startMs = 2_000_000_000;
const at = (second: number) => startMs + second * 1000;
const shape = (points: { at: number; requests: number }[]) =>
  points.map((point) => [(point.at - startMs) / 1000, point.requests]);

test('quiet seconds are zeros, from the first that is known to now', () => {
  const seconds = createSeconds();
  seconds.count(at(0), false);
  seconds.count(at(3), false);
  assert.deepEqual(shape(seconds.all(at(5) + 400)), [
    [0, 1],
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 0],
    [5, 0],
  ]);
});

test('before the first event nothing is known, so there is no zero', () => {
  const seconds = createSeconds();
  assert.deepEqual(seconds.all(at(5)), []);
  assert.deepEqual(seconds.takeChanged(at(6)), []);
});

test('after the last event each passing second is told once, as a zero', () => {
  const seconds = createSeconds();
  seconds.count(at(0), false);
  assert.deepEqual(shape(seconds.takeChanged(at(0) + 100)), [[0, 1]]);
  assert.deepEqual(shape(seconds.takeChanged(at(2))), [
    [1, 0],
    [2, 0],
  ]);
  assert.deepEqual(seconds.takeChanged(at(2) + 900), []);
});

test('an event that comes late corrects the zero that was told for its second', () => {
  const seconds = createSeconds();
  seconds.count(at(0), false);
  seconds.takeChanged(at(3));
  seconds.count(at(1), true);
  assert.deepEqual(shape(seconds.takeChanged(at(3))), [[1, 1]]);
  assert.deepEqual(shape(seconds.all(at(3))), [
    [0, 1],
    [1, 1],
    [2, 0],
    [3, 0],
  ]);
});

test('a pause longer than the ring leaves zeros only, and no more than are kept', () => {
  const seconds = createSeconds();
  seconds.count(at(0), false);
  seconds.takeChanged(at(0));
  const told = seconds.takeChanged(at(secondsKept * 3));
  assert.equal(told.length, secondsKept);
  const all = seconds.all(at(secondsKept * 3));
  assert.equal(all.length, secondsKept);
  assert.ok(all.every(({ requests }) => requests === 0));
});

test('what is restored with holes is answered without them, inside the band of the second before', () => {
  const seconds = createSeconds();
  const band = { expected: 2, lower: 0, upper: 5 };
  seconds.restore([
    { at: at(0), requests: 4, refused: 1, alerts: 0, ...band },
    { at: at(2), requests: 6, refused: 0, alerts: 0, ...band },
  ]);
  assert.deepEqual(seconds.all(at(2))[1], { at: at(1), requests: 0, refused: 0, alerts: 0, ...band });
  assert.deepEqual(shape(seconds.takeChanged(at(3))), [[3, 0]]);
});
