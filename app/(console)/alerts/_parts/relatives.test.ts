import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativesOf } from './relatives.ts';

const request = (user: string, ip?: string) => ({
  ts: 0,
  user,
  method: 'GET' as const,
  endpoint: '/v1/orders/{id}',
  status: 200,
  ip,
});

test('an alert about a user leads to those of the one address that its requests came from', () => {
  const exampleEvents = [request('u-1', '203.0.113.9'), request('u-1', '203.0.113.9')];
  assert.deepEqual(relativesOf({ scope: { user: 'u-1' }, exampleEvents }), [
    { user: 'u-1' },
    { ip: '203.0.113.9' },
  ]);
});

test('several addresses or users lead nowhere: they are not the same caller', () => {
  const exampleEvents = [request('u-1', '203.0.113.9'), request('u-2', '203.0.113.10')];
  assert.deepEqual(relativesOf({ scope: { endpoint: 'GET /a' }, exampleEvents }), []);
  assert.deepEqual(relativesOf({ scope: { ip: '203.0.113.7' }, exampleEvents }), [{ ip: '203.0.113.7' }]);
});
