import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokenEvent } from '../../../../lib/contract/sessions.ts';
import { timelineLines } from './timeline-model.ts';

const rotated = (seq: number, address: string): TokenEvent => ({
  at: seq * 10,
  kind: 'rotated',
  seq,
  address,
});

test('rotations from one address are one line, newest line first', () => {
  const lines = timelineLines([
    { at: 0, kind: 'issued', seq: 0, address: '10.0.0.1' },
    rotated(1, '10.0.0.1'),
    rotated(2, '10.0.0.1'),
  ]);
  assert.deepEqual(
    lines.map(({ kind, count, sinceAt, at }) => [kind, count, sinceAt, at]),
    [
      ['rotated', 2, 10, 20],
      ['issued', 1, 0, 0],
    ],
  );
});

test('a change of address begins a line and is marked, so that a theft is not folded away', () => {
  const lines = timelineLines([
    { at: 0, kind: 'issued', seq: 0, address: '10.0.0.1' },
    rotated(1, '10.0.0.1'),
    rotated(2, '203.0.113.9'),
    { at: 30, kind: 'reused', seq: 1, address: '10.0.0.1' },
    { at: 30, kind: 'revoked', seq: 2, reason: 'reuse' },
  ]);
  assert.deepEqual(
    lines.map(({ kind, moved }) => [kind, moved]),
    [
      ['revoked', false],
      ['reused', true],
      ['rotated', true],
      ['rotated', false],
      ['issued', false],
    ],
  );
});
