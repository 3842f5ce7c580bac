import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertSummary } from '../../lib/contract/console.ts';
import { freshAlerts } from './fresh-alerts.ts';

const alert = (id: string, more: Partial<AlertSummary> = {}): AlertSummary => ({
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
  requestCount: 1,
  refusedCount: 0,
  ...more,
});

test('two versions of one alert are announced once, in the words of the newer', () => {
  const fresh = freshAlerts([alert('alr_1'), alert('alr_1', { summary: 'newer' })], new Set());
  assert.deepEqual(
    fresh.map(({ id, summary }) => [id, summary]),
    [['alr_1', 'newer']],
  );
});

test('an alert that was answered meanwhile is not announced', () => {
  assert.deepEqual(freshAlerts([alert('alr_1'), alert('alr_1', { status: 'resolved' })], new Set()), []);
});

test('what was announced, or is old, is not announced again', () => {
  const changed = [alert('alr_1'), alert('alr_2', { lastSeenAt: 61_000 }), alert('alr_3')];
  assert.deepEqual(
    freshAlerts(changed, new Set(['alr_1'])).map(({ id }) => id),
    ['alr_3'],
  );
});
