import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IngestKey } from '../../../../lib/contract/console.ts';
import { successorOf } from './key-rotation.ts';

const key = (id: string, name: string, createdAt: number, more: Partial<IngestKey> = {}): IngestKey => ({
  ...{ id, name, createdAt, prefix: 'tgk_abc', createdBy: 'Mara' },
  ...more,
});

test('the older of two keys with one name is succeeded by the newer, and never the other way round', () => {
  const older = key('key_a', 'orders', 1);
  const newer = key('key_b', 'orders', 2);
  const other = key('key_c', 'billing', 3);
  const live = [older, newer, other];
  assert.equal(successorOf(older, live)?.id, 'key_b');
  assert.equal(successorOf(newer, live), undefined);
  assert.equal(successorOf(other, live), undefined);
});

test('a key that has ended, or that the environment gives, has no successor', () => {
  const newer = key('key_b', 'orders', 2);
  assert.equal(successorOf(key('key_a', 'orders', 1, { revokedAt: 2 }), [newer]), undefined);
  assert.equal(successorOf(key('key_e', 'orders', 1, { fromEnvironment: true }), [newer]), undefined);
});
