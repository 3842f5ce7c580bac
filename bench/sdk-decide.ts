/**
 * `sdk.decide`: decisions a second, beside consumptions a second of rate-limiter-flexible's in-memory limiter, both for
 * 100,000 users in one process and run. Throttles are in force for one user in a hundred, so that the map look-ups and the
 * token buckets are measured and not only the empty case. User names are built anew for every call, as a server gets
 * them, for both.
 */

import { RateLimiterMemory } from 'rate-limiter-flexible';
import { createTestClient } from '../sdk/src/testing.ts';

export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  peer?: string;
  peerValue?: number;
  ratio?: number;
  note: string;
}

const usersCount = 100_000;
const callsCount = 400_000;
const rounds = 3;
const endpoint = 'GET /v1/orders/{id}';

/** A prime stride visits all users without the locality of a counter. */
/** A prime stride visits all users without the locality of a counter. */
const userOf = (call: number): string => `user-${(call * 7_919) % usersCount}`;

export async function benchSdkDecide(): Promise<BenchResult> {
  const client = createTestClient();
  for (let user = 0; user < usersCount; user += 100) {
    client.throttle({ user: userOf(user), endpoint }, { limitPerMinute: 600 });
  }
  const limiter = new RateLimiterMemory({ points: 600, duration: 60 });
  let ours = 0;
  let peer = 0;
  // Interleaved, and the best of three each: a neighbour on the machine must not decide the ratio.
  for (let round = 0; round < rounds; round++) {
    ours = Math.max(
      ours,
      await callsPerSecond((call) => {
        client.decide({ user: userOf(call), endpoint, ip: '203.0.113.7' });
      }),
    );
    peer = Math.max(
      peer,
      await callsPerSecond((call) =>
        limiter.consume(userOf(call)).then(
          () => undefined,
          () => undefined,
        ),
      ),
    );
  }
  return {
    name: 'sdk.decide',
    value: Math.round(ours),
    unit: 'calls/s',
    peer: 'rate-limiter-flexible RateLimiterMemory.consume',
    peerValue: Math.round(peer),
    ratio: Math.round((ours / peer) * 100) / 100,
    note: `${usersCount} users, ${client.stats().throttles} throttles in force`,
  };
}

async function callsPerSecond(one: (call: number) => void | Promise<void>): Promise<number> {
  const startedMs = performance.now();
  for (let call = 0; call < callsCount; call++) {
    const pending = one(call);
    if (pending) await pending;
  }
  return callsCount / ((performance.now() - startedMs) / 1000);
}
