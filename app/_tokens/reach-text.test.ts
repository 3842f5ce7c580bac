import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachText } from './reach-text.ts';

test('the reach names how many sessions, whose, and through what', () => {
  assert.equal(
    reachText({ families: 12, operators: 2, users: 9, clients: 3 }),
    '12 sessions end, of 2 operators and 9 people, through 3 clients.',
  );
});

test('what is not touched is not named, and one is one', () => {
  assert.equal(
    reachText({ families: 1, operators: 1, users: 0, clients: 0 }),
    '1 session ends, of 1 operator.',
  );
  assert.equal(
    reachText({ families: 1, operators: 0, users: 0, clients: 1 }),
    '1 session ends, through 1 client.',
  );
});
