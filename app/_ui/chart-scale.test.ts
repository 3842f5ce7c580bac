import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alone, bucketFor, bucketPoints, niceMax, steadyMax, tickStep, timeTicks } from './chart-scale.ts';

const points = Array.from({ length: 60 }, (_, second) => ({
  at: second * 1000,
  requests: 10,
  refused: second % 2,
  alerts: second === 31 ? 1 : 0,
  lower: 5,
  upper: 15,
}));

test('a bucket shows the mean per unit, and keeps every alert', () => {
  const buckets = bucketPoints(points, {
    fromMs: 0,
    toMs: 60_000,
    sourceMs: 1000,
    bucketMs: 5000,
    perMs: 60_000,
  });
  assert.equal(buckets.length, 12);
  assert.equal(buckets[0]?.requests, 600);
  assert.deepEqual(buckets[0]?.band, [300, 900]);
  assert.equal(
    buckets.reduce((sum, { alerts }) => sum + alerts, 0),
    1,
  );
});

test('a gap stays a gap', () => {
  const holed = points.filter(({ at }) => at < 20_000 || at >= 40_000);
  const buckets = bucketPoints(holed, {
    fromMs: 0,
    toMs: 60_000,
    sourceMs: 1000,
    bucketMs: 5000,
    perMs: 1000,
  });
  assert.deepEqual(
    buckets.filter(({ requests }) => requests === null).map(({ at }) => at),
    [20_000, 25_000, 30_000, 35_000],
  );
});

test('a point without neighbours is told apart, since no line can show it', () => {
  const how = { fromMs: 0, toMs: 60_000, sourceMs: 1000, bucketMs: 1000, perMs: 1000 };
  const holed = points.filter(({ at }) => at < 3_000 || at === 10_000 || at === 59_000);
  const buckets = bucketPoints(holed, how);
  assert.deepEqual(
    alone(buckets, 'requests').map(({ at }) => at),
    [10_000, 59_000],
  );
  assert.deepEqual(
    alone(buckets, 'band').map(({ at }) => at),
    [10_000, 59_000],
  );
  assert.equal(alone(bucketPoints(points.slice(0, 1), how), 'requests').length, 1);
});

test('no window draws more points than a screen can show', () => {
  for (const windowMs of [60_000, 900_000, 86_400_000, 604_800_000]) {
    assert.ok(windowMs / bucketFor(windowMs, 1000) <= 180);
  }
  assert.equal(bucketFor(3_600_000, 60_000), 60_000);
});

test('the axis grows at once and shrinks only when it is mostly empty', () => {
  assert.equal(steadyMax(undefined, 90), 100);
  assert.equal(steadyMax(100, 130), 200);
  assert.equal(steadyMax(200, 80), 200);
  assert.equal(steadyMax(200, 40), 50);
  assert.equal(niceMax(0), 1);
});

test('ticks are round times inside the window', () => {
  const window = { fromMs: 61_000, toMs: 961_000 };
  const ticks = timeTicks(window, tickStep(window, 6, 1_000));
  assert.ok(ticks.length >= 3 && ticks.length <= 6);
  for (const tick of ticks) assert.equal(tick % 60_000, 0);
});

test('the time axis has no tick between two points', () => {
  const window = { fromMs: 60_000, toMs: 360_000 };
  assert.equal(tickStep(window, 9, 60_000), 60_000);
  assert.equal(tickStep({ ...window, toMs: 255_000 }, 9, 2_000), 30_000);
});
