import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrafficPoint } from '../../lib/contract/console.ts';
import { withTrailingBand } from './trailing-band.ts';

const minuteMs = 60_000;
const startMs = 1_800_000_000_000;
const minutes = (count: number, point: (minute: number) => Partial<TrafficPoint>): TrafficPoint[] =>
  Array.from({ length: count }, (_, minute) => ({
    at: startMs + minute * minuteMs,
    requests: 60,
    refused: 0,
    alerts: 0,
    ...point(minute),
  }));
const bandOf = (points: TrafficPoint[], fromMinute = 0) =>
  withTrailingBand({ bucketMs: minuteMs, since: startMs, points }, startMs + fromMinute * minuteMs).points;

test('a sum of pairs has a band once ten of its minutes are known', () => {
  const points = bandOf(minutes(60, () => ({})));
  assert.equal(points[5]?.upper, undefined);
  assert.equal(points[30]?.expected, 60);
  assert.ok((points[30]?.upper ?? 0) > 60 && (points[30]?.upper ?? 0) < 120);
  assert.ok((points[30]?.lower ?? 0) > 0);
});

test('an attack does not become the normal while it lasts, and what was refused never does', () => {
  const attacked = bandOf(minutes(90, (minute) => (minute >= 60 ? { requests: 5_000 } : {})));
  assert.equal(attacked.at(-1)?.expected, 60);
  const refused = bandOf(minutes(400, (minute) => (minute >= 60 ? { requests: 5_000, refused: 4_940 } : {})));
  assert.equal(refused.at(-1)?.expected, 60);
});

test('minutes without a row are quiet minutes, and only the asked ones are answered', () => {
  const sparse = minutes(120, () => ({})).filter((_, minute) => minute % 10 === 0);
  const points = bandOf(sparse, 100);
  assert.equal(points[0]?.expected, 0);
  assert.ok(points.every(({ at }) => at >= startMs + 99 * minuteMs));
});
