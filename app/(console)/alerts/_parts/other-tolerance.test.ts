import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '../../../../lib/contract/alert.ts';
import { atTolerance } from './other-tolerance.ts';

const minuteMs = 60_000;
const line = (observed: number, upper: number, weight: number): Evidence => ({
  measure: 'requests_per_minute',
  text: `${observed} requests in a minute; normally at most ${upper}`,
  observed,
  expected: upper / 2,
  lower: 0,
  upper,
  windowMs: minuteMs,
  sampleCount: 40,
  weight,
});
const series = {
  bucketMs: minuteMs,
  points: [3, 6, 0, 4, 200].map((requests, minute) => ({
    at: minute * minuteMs,
    requests,
    refused: 0,
    alerts: 0,
    lower: 0,
    upper: 10,
  })),
};
const finding = { openedAt: 4 * minuteMs + 20_000, series, tolerance: 1.5 };

test('twice the tolerance still finds what is beyond twice the edge, and is in doubt about the rest', () => {
  assert.equal(atTolerance(2, { ...finding, evidence: [line(200, 10, 1)] })?.found, 'certain');
  const doubtful = atTolerance(2, { ...finding, evidence: [line(25, 10, 0.7), line(12, 9, 0.3)] });
  assert.equal(doubtful?.found, 'doubtful');
  assert.equal(doubtful?.upper, 30);
  assert.equal(doubtful?.tolerance, 3);
});

test('less tolerance tells how many calm minutes would have been above it, too', () => {
  const half = atTolerance(1 / 3, { ...finding, evidence: [line(200, 10, 1)] });
  assert.deepEqual([half?.calmMinutes, half?.calmAbove], [3, 1]);
});

test('without a reason or an edge there is nothing to say', () => {
  assert.equal(atTolerance(2, { ...finding, evidence: [] }), undefined);
  assert.equal(atTolerance(2, { ...finding, evidence: [line(5, 0, 1)] }), undefined);
});
