import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEvent } from '../contract/event.ts';
import { createEnforcer, enforcerDefaults } from '../enforcement/enforcer.ts';
import type { Engine, EngineChanges } from './engine.ts';
import { event, hourMs, minuteMs, smallConfig, smallEngine, startAt, steady, theFlood } from './fixtures.ts';
import { createReplay, type ReplayRecord } from './replay.ts';

function replayed(events: RequestEvent[]) {
  const records: ReplayRecord[] = [];
  const replay = createReplay({
    config: smallConfig,
    enforcer: createEnforcer(enforcerDefaults),
    mode: 'enforce',
    emit: (record) => records.push(record),
  });
  for (const [index, each] of events.entries()) replay.push({ ...each }, index + 1);
  const refused = new Set(
    records.filter((record) => record.type === 'decision').map((record) => record.line),
  );
  return { records, refused, alert: records.find((record) => record.type === 'alert') };
}

/** Live: a throttle takes `lagMs` from the engine to the enforcement point. */
function live(engine: Engine, events: RequestEvent[], lagMs: number) {
  const enforcer = createEnforcer(enforcerDefaults);
  const onTheWay: { at: number; changes: EngineChanges }[] = [];
  const refused: RequestEvent[] = [];
  let alertAt = Number.POSITIVE_INFINITY;
  for (const each of events) {
    const nowMs = each.ts;
    while (onTheWay[0] && onTheWay[0].at <= nowMs) {
      const changes = onTheWay.shift()?.changes;
      if (changes) {
        enforcer.update(
          { set: changes.throttlesSet, removed: changes.throttlesRemoved, instances: 1 },
          nowMs,
        );
      }
    }
    const decision = enforcer.decide({ user: each.user, endpoint: `GET ${each.endpoint}` }, nowMs, 'enforce');
    const sent = { ...each, refused: decision.conclusion !== 'allow' };
    if (sent.refused) refused.push(sent);
    engine.tick(nowMs);
    engine.step(sent, nowMs);
    if (!engine.changed) continue;
    const changes = engine.takeChanges();
    if (changes.findings.length > 0) alertAt = Math.min(alertAt, nowMs);
    onTheWay.push({ at: nowMs + lagMs, changes });
  }
  return { refused, alertAt };
}

test('of the flood at least 99 % is refused, and none of the quiet hour before it', () => {
  const { quiet, flood } = theFlood();
  const { refused } = replayed([...quiet, ...flood]);
  assert.equal([...refused].filter((line) => line <= 60).length, 0);
  assert.ok(refused.size >= 0.99 * flood.length, `${refused.size} of ${flood.length} refused`);
});

test('the alert is raised within a second of the flood', () => {
  const { quiet, flood } = theFlood();
  const { alert } = replayed([...quiet, ...flood]);
  assert.ok(alert && alert.line > 60 && alert.line <= 60 + 50, `line ${alert?.line}`);
});

test('with a lag of 300 ms between event and throttle the flood is still refused by 99 %', () => {
  const { quiet, flood } = theFlood();
  const { refused, alertAt } = live(smallEngine(), [...quiet, ...flood], 300);
  assert.ok(refused.length >= 0.99 * flood.length, `${refused.length} refused`);
  assert.ok(alertAt <= startAt + hourMs + 1000);
});

test('a quiet hour that arrives in one batch is learned as a quiet hour', () => {
  const engine = smallEngine();
  const { quiet, flood } = theFlood();
  for (const each of quiet) engine.step(each, startAt + hourMs);
  assert.equal(engine.changed, false);
  const { refused, alertAt } = live(engine, flood, 300);
  assert.ok(refused.length >= 0.99 * flood.length, `${refused.length} refused`);
  assert.ok(alertAt <= startAt + hourMs + 1000);
});

test('while one user floods, another user of the same endpoint is never refused', () => {
  const { quiet, flood } = theFlood({ user: 'mallory' });
  const calm = steady(startAt + 500, 70, minuteMs, { user: 'bob' });
  const all = [...quiet, ...flood, ...calm].sort((a, b) => a.ts - b.ts);
  const { refused } = live(smallEngine(), all, 300);
  assert.ok(refused.length > 29_000);
  assert.equal(refused.filter((each) => each.user === 'bob').length, 0);
});

test('a flood by nobody known in an empty system is caught in its first minute', () => {
  const flood = steady(startAt, 5 * 60 * 50, 20);
  const { refused, alertAt } = live(smallEngine(), flood, 300);
  assert.ok(alertAt <= startAt + 45_000, `${alertAt - startAt} ms`);
  assert.ok(refused.length >= 0.85 * flood.length, `${refused.length} of ${flood.length} refused`);
});

test('a pair within baseLimit in the last hour is never throttled, however sudden', () => {
  const quiet = steady(startAt, 20, 6 * minuteMs);
  const burst = steady(startAt + 2 * hourMs, 85, 10);
  const { refused } = replayed([...quiet, ...burst]);
  assert.equal(refused.size, 0);
});

test('the throttle is released once the flood is over, and the user served again', () => {
  const engine = smallEngine();
  const { quiet, flood } = theFlood();
  const afterAt = startAt + hourMs + 10 * minuteMs;
  live(engine, [...quiet, ...flood], 0);
  assert.equal(engine.throttles().length, 1);
  for (let nowMs = afterAt; nowMs <= afterAt + 2 * minuteMs; nowMs += 1000) engine.tick(nowMs);
  assert.equal(engine.throttles().length, 0);
  assert.equal(live(engine, [event(afterAt + 15 * minuteMs)], 0).refused.length, 0);
});

/** Installed a moment ago, so nobody's normal is known yet. */
test('a steady job beside a flood on a new installation is never refused, at whatever age; the flood is at once', () => {
  for (const perSecond of [1, 2, 5]) {
    const engine = smallEngine();
    const job = steady(startAt, 70 * 60 * perSecond, 1_000 / perSecond, { user: 'job' });
    const flood = steady(startAt + 3 * minuteMs, 3_000, 20, { user: 'flood' });
    const refused = new Set<string>();
    let refusedAt = 0;
    for (const each of [...job, ...flood].sort((a, b) => a.ts - b.ts)) {
      engine.tick(each.ts);
      engine.step(each, each.ts);
      for (const { scope } of engine.throttles()) {
        if (scope.user === 'flood' && !refused.has('flood')) refusedAt = each.ts;
        refused.add(scope.user ?? '');
      }
    }
    assert.deepEqual([...refused], ['flood'], `beside ${perSecond} a second`);
    assert.ok(refusedAt - startAt - 3 * minuteMs < 20_000);
  }
});
