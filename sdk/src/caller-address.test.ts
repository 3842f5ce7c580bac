import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callerAddress } from './caller-address.ts';

test('a forwarded header is ignored unless proxies are trusted', () => {
  assert.equal(callerAddress('::ffff:10.0.0.1', '1.1.1.1', 0), '10.0.0.1');
});

test('the entry that the outermost trusted proxy wrote counts, whatever a caller put before it', () => {
  assert.equal(callerAddress('10.0.0.1', '6.6.6.6, 203.0.113.7', 1), '203.0.113.7');
  assert.equal(callerAddress('10.0.0.1', '6.6.6.6, 203.0.113.7, 10.0.0.2', 2), '203.0.113.7');
});

test('ports and brackets are not part of an address', () => {
  assert.equal(callerAddress(undefined, '203.0.113.7:51234', 1), '203.0.113.7');
  assert.equal(callerAddress(undefined, '[2001:db8::1]:443', 1), '2001:db8::1');
});

test('what is no address falls back to the connection', () => {
  assert.equal(callerAddress('10.0.0.1', 'unknown', 1), '10.0.0.1');
  assert.equal(callerAddress('10.0.0.1', '', 1), '10.0.0.1');
  assert.equal(callerAddress(undefined, undefined, 1), undefined);
});
