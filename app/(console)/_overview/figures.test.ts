import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf } from './figures.ts';

const point = (second: number, requests: number, refused = 0) => ({
  at: second * 1000,
  requests,
  refused,
  alerts: 0,
});

test('the rate is of the last five seconds, not of the last five that had traffic', () => {
  const busy = [point(1, 4000, 100), point(2, 4000, 100), point(3, 4000, 100)];
  const quiet = Array.from({ length: 5 }, (_, second) => point(60 + second, 0));
  const { requests, refused } = figuresOf([...busy, ...quiet]);
  assert.equal(requests, 0);
  assert.equal(refused, 0);
});

test('one request in five seconds is a fifth of a request a second', () => {
  assert.equal(figuresOf([point(1, 0), point(2, 1), point(3, 0), point(4, 0), point(5, 0)]).requests, 0.2);
  assert.equal(figuresOf([point(1, 0), point(4, 1), point(5, 0)]).requests, 0.2);
});

test('what is known for less than five seconds is a mean over what is known', () => {
  assert.equal(figuresOf([point(1, 10), point(2, 20)]).requests, 15);
  assert.deepEqual(figuresOf([]), {
    requests: 0,
    refused: 0,
    refusedMean: 0,
    band: undefined,
    above: false,
  });
});
