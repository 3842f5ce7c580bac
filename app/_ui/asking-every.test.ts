import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askingEvery } from './asking-every.ts';

const ask = askingEvery(5_000);

test('what is here, or on its way, is asked for again and again', () => {
  assert.equal(ask({ state: { status: 'pending', data: undefined, error: null } }), 5_000);
  assert.equal(ask({ state: { status: 'success', data: [], error: null } }), 5_000);
  assert.equal(ask({ state: { status: 'error', data: [], error: new Error('away') } }), 5_000);
});

test('what never came is not asked for behind the back of whoever reads why', () => {
  assert.equal(ask({ state: { status: 'error', data: undefined, error: new Error('away') } }), false);
});

test('who has paused is not asked for at all', () => {
  assert.equal(askingEvery(undefined)({ state: { status: 'success', data: [], error: null } }), false);
});
