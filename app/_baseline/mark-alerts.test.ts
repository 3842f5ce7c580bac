import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertSummary } from '../../lib/contract/console.ts';
import { markAlerts } from './mark-alerts.ts';

const minuteMs = 60_000;
const series = {
  bucketMs: minuteMs,
  points: [0, 1, 2].map((minute) => ({ at: minute * minuteMs, requests: 5, refused: 0, alerts: 0 })),
};
const alert = (openedAt: number, endpoint?: string): AlertSummary => ({
  id: `alr_${openedAt}`,
  kind: 'rate_spike',
  status: 'open',
  owasp: 'API4:2023',
  scope: { user: 'u-1', endpoint },
  summary: 'u-1 makes more requests than usual',
  conclusion: 'throttle',
  mode: 'enforce',
  openedAt,
  lastSeenAt: openedAt,
  requestCount: 1,
  refusedCount: 0,
});
const marks = (alerts: AlertSummary[], endpoint?: string) =>
  markAlerts(series, alerts, { endpoint }).points.map(({ alerts: count }) => count);

test('an alert is marked in the minute in which it opened', () => {
  assert.deepEqual(marks([alert(70_000), alert(119_999), alert(600_000)]), [0, 2, 0]);
});

test('a chart of one endpoint marks its own alerts and those that name none', () => {
  const alerts = [alert(1_000, 'GET /a'), alert(61_000, 'GET /b'), alert(121_000)];
  assert.deepEqual(marks(alerts, 'GET /a'), [1, 0, 1]);
  assert.deepEqual(marks(alerts), [1, 1, 1]);
});
