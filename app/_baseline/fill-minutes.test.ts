import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillMinutes } from './fill-minutes.ts';

const bucketMs = 60_000;
const row = (minute: number, requests: number, upper?: number) => ({
  at: minute * bucketMs,
  requests,
  refused: 0,
  alerts: 0,
  ...(upper === undefined ? {} : { expected: upper / 2, lower: 0, upper }),
});

test('a quiet minute between two busy ones is a zero inside the band, not a gap', () => {
  const series = { bucketMs, points: [row(10, 4, 6), row(12, 5, 8)] };
  const { points } = fillMinutes(series, { fromMs: 0, toMs: 14 * bucketMs });
  assert.deepEqual(
    points.map(({ at, requests, upper }) => [at / bucketMs, requests, upper]),
    [
      [10, 4, 6],
      [11, 0, 6],
      [12, 5, 8],
      [13, 0, 8],
    ],
  );
});

test('before the first row nothing is known, so nothing is invented', () => {
  const window = { fromMs: 0, toMs: 12 * bucketMs };
  assert.equal(fillMinutes({ bucketMs, points: [row(10, 4)] }, window).points[0]?.at, 10 * bucketMs);
  assert.deepEqual(fillMinutes({ bucketMs, points: [] }, window).points, []);
});

test('where the series began before the window, its quiet start is zeros inside the band', () => {
  const window = { fromMs: 8 * bucketMs, toMs: 11 * bucketMs };
  const { points } = fillMinutes({ bucketMs, since: 2 * bucketMs, points: [row(10, 4, 6)] }, window);
  assert.deepEqual(
    points.map(({ at, requests, upper }) => [at / bucketMs, requests, upper]),
    [
      [8, 0, 6],
      [9, 0, 6],
      [10, 4, 6],
    ],
  );
});

test('the minute that is running is not drawn as a drop to zero', () => {
  const window = { fromMs: 0, toMs: 11 * bucketMs + 30_000 };
  const { points } = fillMinutes({ bucketMs, points: [row(10, 4)] }, window);
  assert.equal(points.length, 1);
});
