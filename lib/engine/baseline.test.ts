import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, hourMs, run, smallEngine, startAt, steady } from './fixtures.ts';

test('hours of silence after the first requests of a user are learned as silence, and the requests are not forgotten', () => {
  const engine = run(smallEngine(), steady(startAt, 60, 5_000));
  const backAt = startAt + 10 * hourMs;
  run(engine, [event(backAt)]);
  const { expectedPerMinute } = engine.baseline('ann', 'GET /v1/orders', backAt);
  const mean = 60 / (10 * 60);
  assert.ok(Math.abs(expectedPerMinute - mean) < 0.02, `${expectedPerMinute}, and ${mean} a minute in all`);
});
