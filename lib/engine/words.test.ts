import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCount } from '../../app/_ui/format.ts';
import { said } from './words.ts';

test('a number in a sentence is grouped as the console groups its numbers', () => {
  for (const value of [0, 7, 950, 1_000, 12_345, 999_999, 1_234_567, 30_000_000])
    assert.equal(said(value), formatCount(value));
});

test('tenths stay as they are', () => {
  assert.equal(said(0.1234), '0.1234');
  assert.equal(said(9.5), '9.5');
  assert.equal(said(1234.5), '1\u202f234.5');
});
