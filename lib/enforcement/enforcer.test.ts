import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope, Throttle } from '../contract/decision.ts';
import type { RequestContext } from '../contract/event.ts';
import { createEnforcer, enforcerDefaults } from './enforcer.ts';

const startAt = 1_700_000_000_000;
const endpoint = 'GET /v1/orders/{id}';

function throttle(id: string, scope: Scope, over: Partial<Throttle> = {}): Throttle {
  const expiresAt = startAt + 600_000;
  const base = { id, scope, kind: 'rate_spike' as const, alertId: `alr_${id}`, mode: 'enforce' as const };
  return { ...base, conclusion: 'throttle', limitPerMinute: 60, createdAt: startAt, expiresAt, ...over };
}

const ask = (over: Partial<RequestContext> = {}): RequestContext => ({ user: 'ann', endpoint, ...over });

function enforcing(...set: Throttle[]) {
  const enforcer = createEnforcer(enforcerDefaults);
  enforcer.update({ set, removed: [], instances: 1 }, startAt);
  return enforcer;
}

test('with nothing in force everything is allowed as normal', () => {
  const decision = createEnforcer(enforcerDefaults).decide(ask(), startAt, 'enforce');
  assert.deepEqual(decision, { conclusion: 'allow', reason: 'normal' });
});

test('a throttle starts empty, then lets its limit through', () => {
  const enforcer = enforcing(throttle('thr_1', { user: 'ann', endpoint }));
  const first = enforcer.decide(ask(), startAt, 'enforce');
  assert.equal(first.conclusion, 'throttle');
  assert.equal(first.retryAfterMs, 1000);
  assert.equal(first.remaining, 0);
  assert.equal(first.limitPerMinute, 60);
  assert.equal(first.alertId, 'alr_thr_1');
  let passed = 0;
  for (let ms = 10; ms <= 60_000; ms += 10) {
    if (enforcer.decide(ask(), startAt + ms, 'enforce').conclusion === 'allow') passed++;
  }
  assert.equal(passed, 60);
});

test('who is let through under a throttle is told which one, and what is left', () => {
  const enforcer = enforcing(throttle('thr_1', { user: 'ann' }));
  const { conclusion, reason, remaining, throttleId } = enforcer.decide(ask(), startAt + 60_000, 'enforce');
  assert.deepEqual([conclusion, reason, remaining, throttleId], ['allow', 'rate_spike', 2, 'thr_1']);
});

test('an instance may save up three seconds of its share and no more', () => {
  const enforcer = enforcing(throttle('thr_1', { user: 'ann' }));
  const results = Array.from(
    { length: 5 },
    () => enforcer.decide(ask(), startAt + 60_000, 'enforce').conclusion,
  );
  assert.deepEqual(results, ['allow', 'allow', 'allow', 'throttle', 'throttle']);
});

for (const [name, scope, hit, miss] of [
  ['user and endpoint', { user: 'ann', endpoint }, ask(), ask({ endpoint: 'GET /other' })],
  ['user', { user: 'ann' }, ask({ endpoint: 'GET /other' }), ask({ user: 'bob' })],
  ['address', { ip: '1.2.3.4' }, ask({ ip: '1.2.3.4' }), ask({ ip: '1.2.3.5' })],
  ['address and endpoint', { ip: 'a', endpoint }, ask({ ip: 'a' }), ask({ ip: 'a', endpoint: 'GET /other' })],
  ['token', { tokenId: 't' }, ask({ tokenId: 't' }), ask({ tokenId: 'u' })],
  ['user and token', { user: 'ann', tokenId: 't' }, ask({ tokenId: 't' }), ask({ tokenId: 'u' })],
] as [string, Scope, RequestContext, RequestContext][]) {
  test(`a throttle on ${name} touches nobody else`, () => {
    const enforcer = enforcing(throttle('thr_1', scope, { conclusion: 'deny', limitPerMinute: undefined }));
    assert.equal(enforcer.decide(hit, startAt, 'enforce').conclusion, 'deny');
    assert.equal(enforcer.decide(miss, startAt, 'enforce').conclusion, 'allow');
  });
}

test('the most severe conclusion wins', () => {
  const enforcer = enforcing(
    throttle('thr_1', { user: 'ann', endpoint }),
    throttle('thr_2', { ip: 'a' }, { conclusion: 'deny', kind: 'path_scan' }),
    throttle('thr_3', { tokenId: 't' }, { conclusion: 'step_up', kind: 'token_replay' }),
  );
  assert.equal(enforcer.decide(ask({ tokenId: 't' }), startAt, 'enforce').conclusion, 'step_up');
  const decision = enforcer.decide(ask({ tokenId: 't', ip: 'a' }), startAt, 'enforce');
  assert.equal(decision.conclusion, 'deny');
  assert.equal(decision.reason, 'path_scan');
});

test('a request that one bucket refuses is not counted in the other', () => {
  const enforcer = enforcing(
    throttle('thr_slow', { user: 'ann', endpoint }, { limitPerMinute: 1 }),
    throttle('thr_fast', { user: 'ann' }, { limitPerMinute: 60 }),
  );
  for (let i = 0; i < 100; i++) enforcer.decide(ask(), startAt + 2_000, 'enforce');
  assert.equal(
    enforcer.decide(ask({ endpoint: 'GET /other' }), startAt + 2_000, 'enforce').conclusion,
    'allow',
  );
});

test('shadow mode allows and says what would have been, whoever asked for shadow', () => {
  const shadowed = enforcing(throttle('thr_1', { user: 'ann' }, { mode: 'shadow' }));
  const enforced = enforcing(throttle('thr_1', { user: 'ann' }));
  for (const decision of [
    shadowed.decide(ask(), startAt, 'enforce'),
    enforced.decide(ask(), startAt, 'shadow'),
  ]) {
    assert.equal(decision.conclusion, 'allow');
    assert.equal(decision.shadow, 'throttle');
    assert.equal(decision.reason, 'rate_spike');
  }
});

test('an expired throttle never applies, and goes with the next update', () => {
  const enforcer = enforcing(throttle('thr_1', { user: 'ann' }, { conclusion: 'deny' }));
  assert.equal(enforcer.decide(ask(), startAt + 600_000, 'enforce').conclusion, 'allow');
  enforcer.update({ set: [], removed: [], instances: 1 }, startAt + 600_000);
  assert.equal(enforcer.size, 0);
});

test('a removed throttle is gone at once', () => {
  const enforcer = enforcing(throttle('thr_1', { user: 'ann' }), throttle('thr_2', { ip: 'a' }));
  enforcer.update({ set: [], removed: ['thr_1'], instances: 1 }, startAt);
  assert.equal(enforcer.decide(ask(), startAt, 'enforce').conclusion, 'allow');
  assert.deepEqual(
    enforcer.throttles().map((each) => each.id),
    ['thr_2'],
  );
});

test('a throttle that changes keeps its bucket: it is neither refilled nor emptied', () => {
  const enforcer = enforcing(throttle('thr_1', { user: 'ann' }, { limitPerMinute: 120 }));
  const later = startAt + 60_000;
  for (let i = 0; i < 4; i++) enforcer.decide(ask(), later, 'enforce');
  const changed = throttle('thr_1', { user: 'ann' }, { limitPerMinute: 240, expiresAt: later + 600_000 });
  enforcer.replace([changed], 1, later);
  const left = Array.from({ length: 3 }, () => enforcer.decide(ask(), later, 'enforce').conclusion);
  assert.deepEqual(left, ['allow', 'allow', 'throttle']);
});

test('a new instance halves the share of this one', () => {
  const enforcer = enforcing(throttle('thr_1', { user: 'ann' }));
  enforcer.update({ set: [], removed: [], instances: 2 }, startAt);
  assert.equal(enforcer.decide(ask(), startAt, 'enforce').retryAfterMs, 2000);
});

test('a clock that goes back a day does not refuse for a day', () => {
  const enforcer = enforcing(throttle('thr_1', { user: 'ann' }));
  const dayBefore = startAt - 86_400_000;
  assert.equal(enforcer.decide(ask(), dayBefore, 'enforce').retryAfterMs, 1000);
  assert.equal(enforcer.decide(ask(), dayBefore + 1000, 'enforce').conclusion, 'allow');
});
