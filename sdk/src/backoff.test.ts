import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, retryAfterMs } from './backoff.ts';

test('pauses double, are spread out, and never pass 30 s', () => {
  assert.equal(backoffMs(0, 200, 0), 100);
  assert.equal(backoffMs(0, 200, 1), 200);
  assert.equal(backoffMs(3, 200, 1), 1600);
  assert.equal(backoffMs(1_000, 200, 1), 30_000);
});

test('Retry-After is read as seconds or as a date, and bounded', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfterMs('7', nowMs), 7_000);
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:00:09 GMT', nowMs), 9_000);
  assert.equal(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', nowMs), 0);
  assert.equal(retryAfterMs('999999', nowMs), 300_000);
  assert.equal(retryAfterMs('soon', nowMs), undefined);
  assert.equal(retryAfterMs(null, nowMs), undefined);
});
