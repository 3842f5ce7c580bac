/** `enforcer.decide`: decisions a second of the code that SDK, server and replay share, beside a plain in-memory limiter. */

import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Throttle } from '../lib/contract/decision.ts';
import { createEnforcer, enforcerDefaults } from '../lib/enforcement/enforcer.ts';
import { startAt } from './engine-events.ts';
import { random } from './random.ts';
import type { BenchResult } from './result.ts';

/** Decisions a second with throttles in force on 1 % of 100,000 users, beside a plain in-memory limiter. */
export async function enforcerDecide(): Promise<BenchResult> {
  const users = 100_000;
  const count = 500_000;
  const next = random(7);
  const names: string[] = JSON.parse(
    JSON.stringify(Array.from({ length: count }, () => `user-${Math.floor(next() * users)}`)),
  );
  const enforcer = createEnforcer(enforcerDefaults);
  const throttles: Throttle[] = Array.from({ length: users / 100 }, (_, index) => ({
    id: `thr_${index}`,
    scope: { user: `user-${index * 100}`, endpoint: 'GET /v1/orders' },
    conclusion: 'throttle',
    kind: 'rate_spike',
    limitPerMinute: 60,
    alertId: `alr_${index}`,
    mode: 'enforce',
    createdAt: startAt,
    expiresAt: startAt + 1e9,
  }));
  enforcer.replace(throttles, 4, startAt);
  let value = 0;
  for (let round = 0; round < 4; round++) {
    const begun = performance.now();
    for (let index = 0; index < count; index++) {
      enforcer.decide({ user: names[index] ?? '', endpoint: 'GET /v1/orders' }, startAt + index, 'enforce');
    }
    value = Math.max(value, Math.round(count / ((performance.now() - begun) / 1000)));
  }
  const limiter = new RateLimiterMemory({ points: 100, duration: 60 });
  const peers = names.slice(0, 200_000);
  const begun = performance.now();
  for (const name of peers) await limiter.consume(name).catch(() => undefined);
  const peerValue = Math.round(peers.length / ((performance.now() - begun) / 1000));
  return {
    name: 'enforcer.decide',
    value,
    unit: 'calls/s',
    peer: 'rate-limiter-flexible RateLimiterMemory',
    peerValue,
    ratio: Math.round((value / peerValue) * 10) / 10,
    note: '100,000 users, throttles in force on 1,000 of them',
  };
}
