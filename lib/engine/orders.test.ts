import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exception } from '../contract/exception.ts';
import type { Engine } from './engine.ts';
import {
  event,
  hourMs,
  minuteMs,
  run,
  smallConfig,
  smallEngine,
  startAt,
  steady,
  theFlood,
  theTown,
} from './fixtures.ts';

const endpoint = 'GET /v1/orders';
const floodAt = startAt + hourMs;

function flooded(engine: Engine, count = 500): number {
  const { quiet, flood } = theFlood();
  const events = [...quiet, ...flood.slice(0, count)];
  for (const each of events) engine.step(each, each.ts);
  return events.at(-1)?.ts ?? 0;
}

const exception = (over: Partial<Exception>): Exception => ({
  id: 'exc_1',
  scope: {},
  reason: 'load test',
  createdAt: startAt,
  createdBy: 'opr_1',
  expiresAt: startAt + 24 * hourMs,
  ...over,
});

test('a lifted throttle is gone and does not come back while the same finding lasts', () => {
  const engine = smallEngine();
  const nowMs = flooded(engine);
  const [throttle] = engine.throttles();
  engine.takeChanges();
  engine.apply({ type: 'lift', throttleId: throttle?.id ?? '' }, nowMs);
  for (const each of theFlood().flood.slice(500, 2000)) engine.step(each, each.ts);
  assert.deepEqual(engine.throttles(), []);
  assert.deepEqual(engine.takeChanges().throttlesRemoved, [throttle?.id]);
});

for (const [name, scope] of [
  ['user', { user: 'ann' }],
  ['endpoint', { endpoint }],
] as const) {
  test(`an exception for the ${name} keeps the engine quiet, until it expires`, () => {
    const engine = smallEngine();
    engine.apply(
      { type: 'exceptions', exceptions: [exception({ scope, expiresAt: floodAt + 5_000 })] },
      startAt,
    );
    flooded(engine, 200);
    assert.equal(engine.takeChanges().findings.length, 0);
    flooded(engine, 500);
    assert.equal(engine.throttles().length, 1);
  });
}

test('an exception for one kind leaves the others alone', () => {
  const engine = smallEngine();
  engine.apply({ type: 'exceptions', exceptions: [exception({ kind: 'path_scan' })] }, startAt);
  flooded(engine);
  assert.equal(engine.throttles().length, 1);
});

test('a new exception releases the throttles it covers at once', () => {
  const engine = smallEngine();
  const nowMs = flooded(engine);
  engine.apply({ type: 'exceptions', exceptions: [exception({ scope: { user: 'ann' } })] }, nowMs);
  assert.deepEqual(engine.throttles(), []);
});

test('an endpoint in shadow mode gets its throttles and findings in shadow mode', () => {
  const settings = { ...smallConfig.settings, modeByEndpoint: { [endpoint]: 'shadow' as const } };
  const engine = smallEngine({ settings });
  flooded(engine);
  assert.equal(engine.throttles()[0]?.mode, 'shadow');
  assert.equal(engine.takeChanges().findings[0]?.mode, 'shadow');
});

test('changing the mode changes the throttles in force', () => {
  const engine = smallEngine();
  const nowMs = flooded(engine);
  engine.takeChanges();
  engine.apply({ type: 'settings', settings: { ...smallConfig.settings, mode: 'shadow' } }, nowMs);
  assert.equal(engine.takeChanges().throttlesSet[0]?.mode, 'shadow');
});

test('a higher sensitivity allows more, a higher baseLimit too', () => {
  const limitWith = (over: Partial<typeof smallConfig.settings>) => {
    const engine = smallEngine({ settings: { ...smallConfig.settings, ...over } });
    flooded(engine, 2_000);
    return engine.throttles()[0]?.limitPerMinute ?? Number.POSITIVE_INFINITY;
  };
  assert.ok(limitWith({ sensitivity: 6 }) > limitWith({ sensitivity: 1.5 }));
  assert.ok(limitWith({ baseLimit: 1_000 }) > limitWith({ baseLimit: 100 }));
});

test('a finding says in plain words who did what, with numbers, examples and a weight of one in all', () => {
  const engine = smallEngine();
  flooded(engine);
  const [finding] = engine.takeChanges().findings;
  assert.equal(finding?.kind, 'rate_spike');
  assert.deepEqual(finding?.scope, { user: 'ann', endpoint });
  assert.match(
    finding?.summary ?? '',
    /^ann calls GET \/v1\/orders far more often than usual: \d+ requests in/,
  );
  assert.equal(finding?.exampleEvents.length, 5);
  const weight = finding?.evidence.reduce((sum, line) => sum + line.weight, 0) ?? 0;
  assert.ok(Math.abs(weight - 1) < 0.05, `${weight}`);
  for (const line of finding?.evidence ?? [])
    assert.ok(line.observed > line.upper && line.upper > line.expected);
});

test('a finding ends half an hour after its abuse, at the time it was last seen', () => {
  const engine = smallEngine();
  const nowMs = flooded(engine);
  const [first] = engine.takeChanges().findings;
  for (let ms = 0; ms <= 40 * minuteMs; ms += 10_000) engine.tick(nowMs + ms);
  const ended = engine.takeChanges().findings.find((finding) => finding.id === first?.id);
  assert.equal(ended?.endedAt, nowMs);
});

test('an alert never tells of more refused requests than requests', () => {
  const engine = run(smallEngine(), theTown(startAt, 10));
  engine.takeChanges();
  const from = startAt + 10 * hourMs;
  const who = { user: 'p3', ip: '10.0.0.3', tokenId: 'tok-3', endpoint: '/v1/admin/export' };
  run(engine, [event(from, who)]);
  run(engine, steady(from + 1_000, 120, 1_000, { ...who, status: 401, refused: true }));
  const novelty = engine.takeChanges().findings.find(({ kind }) => kind === 'endpoint_novelty');
  assert.deepEqual([novelty?.requestCount, novelty?.refusedCount], [121, 120]);
});
