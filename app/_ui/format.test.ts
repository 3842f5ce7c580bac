import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAgo, formatCount, formatDuration, formatRate, formatRequests, formatTimes } from './format.ts';

const plain = (text: string | undefined) => text?.replaceAll(/[\u202f\u00a0]/g, ' ');

test('counts are grouped by a thin space', () => {
  assert.equal(plain(formatCount(1284567)), '1 284 567');
  assert.equal(formatCount(1284).length, 5);
});

test('rates show what can be acted on and no more', () => {
  assert.deepEqual([0, 0.042, 3.24, 61.4, 1284.2].map(formatRate).map(plain), [
    '0',
    '0.04',
    '3.2',
    '61',
    '1 284',
  ]);
});

test('durations have at most two neighbouring units', () => {
  assert.equal(plain(formatDuration(252_000)), '4 min 12 s');
  assert.equal(plain(formatDuration(7_200_000)), '2 h');
  assert.equal(plain(formatDuration(86_400_000 + 59_000)), '1 d');
  assert.equal(plain(formatDuration(-5)), '0 s');
});

test('the past is told in one unit', () => {
  assert.equal(formatAgo(1_000), 'just now');
  assert.equal(plain(formatAgo(59_999)), '59 s ago');
  assert.equal(plain(formatAgo(3 * 86_400_000)), '3 d ago');
});

test('nothing is compared with a normal that is not known', () => {
  assert.equal(formatTimes(12, 0), undefined);
  assert.equal(formatTimes(412, 3), '137×');
});

test('one request is not many, as it is shown', () => {
  assert.deepEqual([1, 1.04, 0, 2, 0.5].map(formatRequests), [
    '1 request',
    '1 request',
    '0 requests',
    '2 requests',
    '0.5 requests',
  ]);
});

test('no line breaks inside a number', () => {
  assert.doesNotMatch(formatCount(1_234_567), /[ \u2000-\u200a]/);
});
