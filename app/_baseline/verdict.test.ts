import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserDetail } from '../../lib/contract/console.ts';
import { isOutside, judgeUser } from './verdict.ts';

const nowMs = 1_750_000_000_000;

function detail(change: { rate?: number; confidence?: number; lastSeenAt?: number }): UserDetail {
  const { rate = 4, confidence = 0.9, lastSeenAt = nowMs - 1_000 } = change;
  const endpoint = 'GET /v1/orders/{id}';
  return {
    summary: {
      user: 'u-1',
      requestsTotal: 100,
      ratePerMinute: rate,
      expectedPerMinute: 4,
      endpoints: 1,
      lastSeenAt,
      throttled: false,
      openAlerts: 0,
    },
    endpoints: [
      {
        user: 'u-1',
        endpoint,
        requestsTotal: 100,
        ratePerMinute: rate,
        expectedPerMinute: 4,
        upperPerMinute: 9,
        limitPerMinute: 9,
        sampleCount: 50,
        confidence,
        score: 0,
        lastSeenAt,
      },
    ],
    throttles: [],
    alerts: [],
  };
}

test('a user inside the band is called normal, with the number beside its expectation', () => {
  const { tone, text } = judgeUser(detail({}), nowMs);
  assert.equal(tone, 'normal');
  assert.match(text, /inside its band. 4 requests in the last minute, usually about 4/);
});

test('a user above the band is named with where, how much, and what is normal', () => {
  const { tone, text } = judgeUser(detail({ rate: 412 }), nowMs);
  assert.equal(tone, 'unusual');
  assert.match(text, /GET \/v1\/orders\/\{id\}: 412 requests in the last minute, normally up to 9/);
});

test('a user without history is never called normal', () => {
  assert.equal(judgeUser(detail({ confidence: 0.05 }), nowMs).tone, 'unknown');
});

test('a throttle in force is said before anything else', () => {
  const base = detail({ rate: 412 });
  const throttle = {
    id: 'thr_1',
    scope: { user: 'u-1', endpoint: 'GET /v1/orders/{id}' },
    conclusion: 'throttle' as const,
    kind: 'rate_spike' as const,
    limitPerMinute: 9,
    alertId: 'alr_1',
    mode: 'shadow' as const,
    createdAt: nowMs,
    expiresAt: nowMs + 60_000,
  };
  const { tone, text } = judgeUser({ ...base, throttles: [throttle] }, nowMs);
  assert.equal(tone, 'limited');
  assert.match(text, /would be throttled to 9 a minute on GET .*: 412 requests in the last minute/);
});

test('a user who is gone is called quiet', () => {
  assert.equal(judgeUser(detail({ lastSeenAt: nowMs - 3_600_000 }), nowMs).tone, 'quiet');
});

test('only what is above its band is out of the ordinary; without a band nothing is', () => {
  assert.equal(isOutside({ ratePerMinute: 8, upperPerMinute: 7.5 }), true);
  assert.equal(isOutside({ ratePerMinute: 7.5, upperPerMinute: 7.5 }), false);
  assert.equal(isOutside({ ratePerMinute: 800, upperPerMinute: 0 }), false);
});

test('a single request is told as one', () => {
  assert.match(judgeUser(detail({ rate: 1 }), nowMs).text, /1 request in the last minute/);
});
