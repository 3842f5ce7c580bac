import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs, run, smallEngine, startAt, steady } from './fixtures.ts';

const endpoint = 'GET /v1/orders';

/** Four requests a minute from some minute of the first hour on. */
const normalAfter = (fromMinute: number, hours: number): number => {
  const from = startAt + fromMinute * 60_000;
  const until = startAt + hours * hourMs + 1;
  const engine = run(smallEngine(), steady(from, Math.ceil((until - from) / 15_000) + 1, 15_000));
  return engine.endpoint(endpoint, until)?.summary.expectedPerMinute ?? 0;
};

test('what is normal at an endpoint does not depend on the minute of the hour at which it was first seen', () => {
  for (const fromMinute of [0, 20, 50]) {
    const normal = normalAfter(fromMinute, 4);
    assert.ok(normal > 3.8 && normal < 4.2, `${normal} a minute, from minute ${fromMinute} on`);
  }
});
