import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Throttle } from '../contract/decision.ts';
import { createEnforcer, enforcerDefaults } from './enforcer.ts';

const startAt = 1_700_000_000_000;

const limited = (limitPerMinute: number, expiresAt: number): Throttle => ({
  id: 'thr_1',
  scope: { user: 'ann' },
  conclusion: 'throttle',
  kind: 'rate_spike',
  limitPerMinute,
  alertId: 'alr_1',
  mode: 'enforce',
  createdAt: startAt,
  expiresAt,
});

test('the fleet together never lets more than the limit through, however the requests are spread', () => {
  const arrivals = fc.array(fc.record({ gapMs: fc.nat(3_000), instance: fc.nat(100) }), { maxLength: 400 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 1, max: 12 }),
      arrivals,
      (limit, n, all) => {
        const fleet = Array.from({ length: n }, () => createEnforcer(enforcerDefaults));
        for (const each of fleet) each.replace([limited(limit, startAt + 1e9)], n, startAt);
        let nowMs = startAt;
        let passed = 0;
        for (const { gapMs, instance } of all) {
          nowMs += gapMs;
          const decision = fleet[instance % n]?.decide({ user: 'ann', endpoint: 'GET /' }, nowMs, 'enforce');
          if (decision?.conclusion === 'allow') passed++;
          const allowance = (limit * (nowMs - startAt)) / 60_000;
          assert.ok(passed <= allowance + 1e-6, `${passed} passed, ${allowance} allowed`);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a throttle that keeps changing never lets more through than the highest limit it had', () => {
  const step = fc.record({
    gapMs: fc.nat(2_000),
    limit: fc.integer({ min: 1, max: 600 }),
    instances: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const enforcer = createEnforcer(enforcerDefaults);
      enforcer.replace([limited(600, startAt + 1e9)], 1, startAt);
      let nowMs = startAt;
      let passed = 0;
      for (const { gapMs, limit, instances } of steps) {
        nowMs += gapMs;
        enforcer.update({ set: [limited(limit, startAt + 1e9)], removed: [], instances }, nowMs);
        if (enforcer.decide({ user: 'ann', endpoint: 'GET /' }, nowMs, 'enforce').conclusion === 'allow')
          passed++;
        assert.ok(passed <= (600 * (nowMs - startAt)) / 60_000 + 1e-6);
      }
    }),
    { numRuns: 300 },
  );
});
