import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClientAddress } from './client-address.ts';

test('AZ-07: without a trusted proxy, forwarding headers are never believed', () => {
  const address = createClientAddress([]);
  assert.equal(address('203.0.113.7', '198.51.100.1'), '203.0.113.7');
  assert.equal(address('::ffff:203.0.113.7', '198.51.100.1'), '203.0.113.7');
});

test('AZ-07: behind trusted proxies, the last address that none of them vouches for is the caller', () => {
  const address = createClientAddress(['10.0.0.0/8', '::1']);
  assert.equal(address('10.0.0.2', '198.51.100.1'), '198.51.100.1');
  assert.equal(address('10.0.0.2', '6.6.6.6, 198.51.100.1, 10.0.0.9'), '198.51.100.1');
  assert.equal(address('::1', '2001:db8::5'), '2001:db8::5');
});

test('a forwarding header that is not an address is ignored', () => {
  const address = createClientAddress(['10.0.0.2']);
  assert.equal(address('10.0.0.2', '<script>'), '10.0.0.2');
  assert.equal(address('10.0.0.2', undefined), '10.0.0.2');
  assert.equal(address(undefined, '198.51.100.1'), 'unknown');
});
