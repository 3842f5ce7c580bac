import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from './refusal.ts';

const stranger = { authorization: undefined, tokenId: undefined };

test('a throttled caller is told when to come back, and by which policy', () => {
  const refusal = refusalOf(
    { conclusion: 'throttle', reason: 'rate_spike', limitPerMinute: 12.5, remaining: 0, retryAfterMs: 2_100 },
    stranger,
  );
  assert.equal(refusal?.status, 429);
  assert.equal(refusal?.headers['retry-after'], '3');
  assert.equal(refusal?.headers['ratelimit-policy'], '"tidegate";q=12;w=60');
  assert.equal(refusal?.headers.ratelimit, '"tidegate";r=0;t=3');
  assert.equal(refusal?.headers['content-type'], 'application/problem+json');
  const problem = JSON.parse(refusal?.body ?? '');
  assert.equal(problem.type, 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected');
  assert.equal(problem.status, 429);
});

test('a step-up is a challenge for the scheme in use, and a plain 403 without a token', () => {
  const decision = { conclusion: 'step_up', reason: 'token_replay' } as const;
  const bearer = refusalOf(decision, { authorization: 'Bearer x', tokenId: undefined });
  assert.equal(bearer?.status, 401);
  assert.match(bearer?.headers['www-authenticate'] ?? '', /^Bearer error="insufficient_user_authentication"/);
  const dpop = refusalOf(decision, { authorization: 'DPoP x', tokenId: undefined });
  assert.match(dpop?.headers['www-authenticate'] ?? '', /^DPoP /);
  assert.equal(refusalOf(decision, { authorization: undefined, tokenId: 't' })?.status, 401);
  assert.equal(refusalOf(decision, stranger)?.status, 403);
});

test('a denied caller learns nothing of why', () => {
  const refusal = refusalOf({ conclusion: 'deny', reason: 'path_scan', alertId: 'alr_7' }, stranger);
  assert.equal(refusal?.status, 403);
  assert.doesNotMatch(refusal?.body ?? '', /alr_7|path_scan/);
  assert.equal(refusalOf({ conclusion: 'allow', reason: 'normal' }, stranger), undefined);
});
