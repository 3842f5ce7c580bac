import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBacklog } from './backlog.ts';

test('senders are asked to wait while the engine is behind, and taken again when it has caught up', () => {
  const backlog = createBacklog({ eventsMax: 100 });
  backlog.appended(1, 60);
  assert.equal(backlog.refusal(), undefined);
  backlog.appended(2, 60);
  const refusal = backlog.refusal();
  assert.deepEqual(
    [refusal?.code, refusal?.status, refusal?.headers['retry-after']],
    ['collector_behind', 429, '2'],
  );
  backlog.readUpTo(1);
  assert.equal(backlog.refusal(), undefined);
  assert.deepEqual([backlog.events(), backlog.entries()], [60, 1]);
  backlog.readUpTo(9);
  assert.deepEqual([backlog.events(), backlog.entries()], [0, 0]);
});
