import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Surprise } from '../../../lib/contract/console.ts';
import type { Mode, Scope, Throttle } from '../../../lib/contract/decision.ts';
import { headline } from './headline.ts';

const figures = { requests: 59, refused: 56, refusedMean: 1, band: '0–10', above: true };
const calm = { ...figures, requests: 4, refused: 0, above: false };
const throttle = (scope: Scope, mode: Mode = 'enforce'): Throttle => ({
  id: `thr_${JSON.stringify(scope)}`,
  scope,
  conclusion: 'throttle',
  kind: 'rate_spike',
  alertId: 'alr_1',
  mode,
  createdAt: 0,
  expiresAt: 1,
});
const surprise: Surprise = {
  user: 'u-1',
  endpoint: 'GET /a',
  ratePerMinute: 40,
  expectedPerMinute: 2,
  upperPerMinute: 8,
  score: 50,
  conclusion: 'allow',
};

test('who is held back is named once, an address and the stranger behind it together', () => {
  const throttles = [
    throttle({ user: 'ip:203.0.113.9' }),
    throttle({ ip: '203.0.113.9' }),
    throttle({ user: 'u-1' }),
  ];
  const { tone, text } = headline({ figures, throttles, surprises: [surprise] });
  assert.equal(tone, 'limited');
  assert.equal(text, 'Tidegate holds back 203.0.113.9 and u-1: 56 of 59 requests a second are refused.');
});

test('in shadow mode nothing is said to be refused', () => {
  const { text } = headline({
    figures: calm,
    throttles: [throttle({ user: 'u-1' }, 'shadow')],
    surprises: [],
  });
  assert.match(text, /would hold back u-1, but refuses nothing/);
});

test('calm, crowded and unknown are told apart', () => {
  const say = (change: object) => headline({ figures: { ...calm, ...change }, throttles: [], surprises: [] });
  assert.equal(say({}).tone, 'normal');
  assert.equal(say({ requests: 59, above: true }).tone, 'unusual');
  assert.equal(say({ band: undefined }).tone, 'unknown');
});

test('a surprise is told with its normal, and that nothing is limited', () => {
  const { text } = headline({ figures: calm, throttles: [], surprises: [surprise, surprise] });
  assert.match(text, /40 a minute, normally up to 8\. So is 1 other\. Nothing is limited\./);
});
