import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertSummary, ConsoleFrame, LiveSnapshot, TrafficPoint } from '../../lib/contract/console.ts';
import { applyFrame, emptyModel, mergePoints, pointsMax } from './live-model.ts';

const point = (at: number, requests = 1): TrafficPoint => ({ at, requests, refused: 0, alerts: 0 });
const snapshot: LiveSnapshot = {
  traffic: { bucketMs: 1000, points: [point(1000), point(2000)] },
  surprises: [],
  throttles: [],
  totals: { openAlerts: 0, newAlerts: 0, usersInTrouble: 0, usersActive: 0, eventsTotal: 2 },
  mode: 'enforce',
  degraded: [],
};
const started = applyFrame(emptyModel, { room: 'live', seq: 4, type: 'snapshot', data: snapshot }).model;

test('a corrected second replaces, a new one is appended, and order holds', () => {
  const merged = mergePoints(
    [point(1000), point(2000), point(3000)],
    [point(2000, 9), point(4000), point(2500)],
  );
  assert.deepEqual(
    merged.map(({ at, requests }) => [at, requests]),
    [
      [1000, 1],
      [2000, 9],
      [2500, 1],
      [3000, 1],
      [4000, 1],
    ],
  );
});

test('no stream, however long, keeps more than fifteen minutes', () => {
  let points: TrafficPoint[] = [];
  for (let second = 0; second < pointsMax * 3; second += 1)
    points = mergePoints(points, [point(second * 1000)]);
  assert.equal(points.length, pointsMax);
  assert.equal(points.at(-1)?.at, (pointsMax * 3 - 1) * 1000);
});

test('parts that a delta leaves out keep their identity', () => {
  const next = applyFrame(started, { room: 'live', seq: 5, type: 'delta', data: { points: [point(3000)] } });
  assert.equal(next.gap, false);
  assert.equal(next.model.live?.surprises, snapshot.surprises);
  assert.equal(next.model.live?.traffic.points.length, 3);
});

test('a gap in seq, or a delta before any snapshot, asks for a snapshot', () => {
  const delta: ConsoleFrame = { room: 'live', seq: 7, type: 'delta', data: { points: [] } };
  assert.equal(applyFrame(started, delta).gap, true);
  assert.equal(applyFrame(emptyModel, delta).gap, true);
});

test('an alert frame moves the totals that the rail shows', () => {
  const totals = { ...snapshot.totals, openAlerts: 3 };
  const next = applyFrame(started, { room: 'alerts', seq: 0, type: 'delta', data: { changed: [], totals } });
  assert.equal(next.model.live?.totals.openAlerts, 3);
});

test('an alert that changes many times is kept once, as it is now, and does not push others out', () => {
  const alert = (id: string, requestCount: number): AlertSummary => ({
    id,
    kind: 'rate_spike',
    status: 'open',
    owasp: 'API4:2023',
    scope: { user: 'u-1' },
    summary: 'u-1 makes more requests than usual',
    conclusion: 'throttle',
    mode: 'enforce',
    openedAt: 1_000,
    lastSeenAt: 2_000,
    requestCount,
    refusedCount: 0,
  });
  const { totals } = snapshot;
  let model = started;
  const take = (changed: AlertSummary[]) => {
    model = applyFrame(model, { room: 'alerts', seq: 0, type: 'delta', data: { changed, totals } }).model;
  };
  take([alert('alr_other', 1), alert('alr_busy', 1)]);
  for (let count = 2; count < 200; count += 1) take([alert('alr_busy', count)]);
  assert.deepEqual(
    model.changedAlerts.map(({ id, requestCount }) => [id, requestCount]),
    [
      ['alr_other', 1],
      ['alr_busy', 199],
    ],
  );
});
