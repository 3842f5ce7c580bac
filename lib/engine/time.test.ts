import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEvent } from '../contract/event.ts';
import { event, hourMs, minuteMs, smallEngine, startAt, steady, theFlood } from './fixtures.ts';

const dayMs = 24 * hourMs;

/** A calm client: two requests a minute for six hours. */
const calm = steady(startAt, 720, 30_000);

function quietAfter(
  events: readonly RequestEvent[],
  clock: (each: RequestEvent) => number = (each) => each.ts,
) {
  const engine = smallEngine();
  for (const each of events) engine.step(each, clock(each));
  return engine.takeChanges().findings.length === 0 && engine.throttles().length === 0;
}

test('late, doubled and shuffled events of a calm client raise nothing', () => {
  assert.ok(quietAfter(calm.flatMap((each) => [each, each])));
  assert.ok(quietAfter(calm, (each) => each.ts + 2 * hourMs));
  const shuffled = calm.map((each, index) => calm[index ^ 7] ?? each);
  assert.ok(quietAfter(shuffled, (each) => Math.max(each.ts, startAt + 7 * hourMs)));
});

test('a batch of old events in reverse order is not a burst of now', () => {
  const engine = smallEngine();
  for (const each of steady(startAt, 200, 18_000).reverse()) engine.step(each, startAt + hourMs);
  assert.equal(engine.throttles().length, 0);
  assert.ok(engine.baseline('ann', 'GET /v1/orders', startAt + hourMs).ratePerMinute < 10);
});

test('a quiet week neither alerts nor breaks: the flood after it is caught', () => {
  const engine = smallEngine();
  const { quiet, flood } = theFlood();
  for (const each of quiet) engine.step(each, each.ts);
  engine.tick(startAt + 7 * dayMs);
  assert.equal(engine.changed, false);
  for (const each of flood.slice(0, 500))
    engine.step({ ...each, ts: each.ts + 7 * dayMs }, each.ts + 7 * dayMs);
  assert.equal(engine.throttles().length, 1);
});

for (const [name, jumpMs] of [
  ['forward', dayMs],
  ['back', -dayMs],
] as const) {
  test(`a jump of the host's clock by a day ${name} raises nothing, and a flood after it is caught`, () => {
    const engine = smallEngine();
    for (const each of calm) engine.step(each, each.ts);
    const jumped = startAt + 6 * hourMs + jumpMs;
    for (const each of steady(jumped, 120, 30_000)) engine.step(each, each.ts);
    assert.equal(engine.takeChanges().findings.length, 0);
    for (const each of steady(jumped + hourMs, 3_000, 20)) engine.step(each, each.ts);
    assert.equal(engine.throttles().length, 1);
  });
}

test('one sender with a wrong clock does not move the time of others', () => {
  const engine = smallEngine();
  for (const each of calm) engine.step(each, each.ts);
  const nowMs = startAt + 6 * hourMs;
  engine.step(event(nowMs + 4 * minuteMs, { user: 'ahead' }), nowMs);
  engine.step(event(nowMs - 20 * hourMs, { user: 'behind' }), nowMs);
  assert.equal(engine.changed, false);
  assert.equal(engine.user('ahead', nowMs)?.summary.lastSeenAt, nowMs);
  assert.ok(engine.baseline('ann', 'GET /v1/orders', nowMs).ratePerMinute > 1);
});
