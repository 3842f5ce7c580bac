import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IngestKey } from '../../../../lib/contract/console.ts';
import { hasEnded, successorDraft, successorOf } from './key-rotation.ts';

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

test('a key ends when it is revoked or has run out, and its successor lives as long as it did', () => {
  const day = 24 * 60 * 60 * 1000;
  const short = key('key_a', 'orders', 1_000, { expiresAt: 1_000 + 90 * day });
  assert.equal(hasEnded(short, 1_000 + 90 * day - 1), false);
  assert.equal(hasEnded(short, 1_000 + 90 * day), true);
  assert.equal(hasEnded(key('key_b', 'orders', 1), Number.MAX_SAFE_INTEGER), false);
  assert.deepEqual(successorDraft(short), { name: 'orders', lifetimeDays: 90 });
  assert.deepEqual(successorDraft(key('key_b', 'orders', 1)), { name: 'orders' });
});
