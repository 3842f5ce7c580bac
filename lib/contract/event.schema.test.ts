import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvent } from './event.schema.ts';
import { eventAgeMsMax, eventAheadMsMax } from './event.ts';

const nowMs = 1_800_000_000_000;
const valid = { ts: nowMs, user: 'u1', method: 'GET', endpoint: '/v1/orders/{id}', status: 200 };
const codeOf = (value: unknown) => {
  const parsed = parseEvent(value, nowMs);
  return parsed.ok ? 'ok' : parsed.code;
};

test('each mistake is named by its own stable code', () => {
  const { user: _user, ...anonymous } = valid;
  const { ts: _ts, ...timeless } = valid;
  assert.equal(codeOf(valid), 'ok');
  assert.equal(codeOf(null), 'invalid_event');
  assert.equal(codeOf([valid]), 'invalid_event');
  assert.equal(codeOf(anonymous), 'missing_field');
  assert.equal(codeOf(timeless), 'missing_field');
  assert.equal(codeOf({ ...valid, ts: 'now' }), 'invalid_ts');
  assert.equal(codeOf({ ...valid, ts: -1 }), 'invalid_ts');
  assert.equal(codeOf({ ...valid, user: 'u'.repeat(257) }), 'string_too_long');
  assert.equal(codeOf({ ...valid, status: 99 }), 'invalid_event');
  assert.equal(codeOf({ ...valid, method: 'BREW' }), 'invalid_event');
});

test('an event is taken up to 24 h late and 5 min early, and no further', () => {
  assert.equal(codeOf({ ...valid, ts: nowMs - eventAgeMsMax }), 'ok');
  assert.equal(codeOf({ ...valid, ts: nowMs - eventAgeMsMax - 1 }), 'too_old');
  assert.equal(codeOf({ ...valid, ts: nowMs + eventAheadMsMax }), 'ok');
  assert.equal(codeOf({ ...valid, ts: nowMs + eventAheadMsMax + 1 }), 'in_future');
});

test('unknown fields are ignored', () => {
  assert.equal(codeOf({ ...valid, headers: { cookie: 'x' } }), 'ok');
});
