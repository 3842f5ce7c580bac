/**
 * `sdk.decide`: decisions a second, beside consumptions a second of rate-limiter-flexible's in-memory limiter, both for
 * 100,000 users, in one process and run. Throttles are in force for one user in a hundred, so that the map look-ups and the
 * token buckets are measured and not only the empty case. User names are built anew for every call, as a server gets
 * them, for both.
 */

import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Throttle } from '../lib/contract/decision.ts';
import { type Client, createClientIn } from '../sdk/src/client.ts';
import type { BenchResult } from './result.ts';

const usersCount = 100_000;
const callsCount = 400_000;
const rounds = 5;
const endpoint = 'GET /v1/orders/{id}';

/** A prime stride visits all users without the locality of a counter. */
const userOf = (call: number): string => `user-${(call * 7_919) % usersCount}`;

export async function benchSdkDecide(): Promise<BenchResult> {
  const client = await clientWithThrottles();
  const limiter = new RateLimiterMemory({ points: 600, duration: 60 });
  const ours: number[] = [];
  const peer: number[] = [];
  // Interleaved, and the best round of each: a neighbour on the machine must not decide the ratio.
  for (let round = 0; round < rounds; round++) {
    ours.push(decisionsPerSecond(client));
    peer.push(await consumptionsPerSecond(limiter));
  }
  const value = Math.max(...ours);
  const peerValue = Math.max(...peer);
  const throttles = client.stats().throttles;
  await client.close();
  return {
    name: 'sdk.decide',
    value: Math.round(value),
    unit: 'calls/s',
    peer: 'rate-limiter-flexible RateLimiterMemory.consume',
    peerValue: Math.round(peerValue),
    ratio: Math.round((value / peerValue) * 100) / 100,
    note: `${usersCount} users, ${throttles} throttles in force`,
  };
}

/** The real client, fed by a stream that holds one snapshot and stays open. */
async function clientWithThrottles(): Promise<Client> {
  const throttles: Throttle[] = [];
  for (let user = 0; user < usersCount; user += 100) throttles.push(throttleOn(`user-${user}`));
  const snapshot = JSON.stringify({ seq: 0, throttles, instances: 1 });
  const body = () =>
    new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode(`event: snapshot\ndata: ${snapshot}\n\n`)),
    });
  const client = createClientIn(
    { url: 'http://localhost:1', key: 'bench', onDiagnostic: () => undefined },
    {
      clock: { now: () => Date.now() },
      monotonic: performance,
      random: Math.random,
      fetch: async () => new Response(body()),
    },
  );
  if (!(await client.ready(5_000))) throw new Error('the snapshot did not arrive');
  return client;
}

function throttleOn(user: string): Throttle {
  const now = Date.now();
  return {
    id: `thr_${user}`,
    scope: { user, endpoint },
    conclusion: 'throttle',
    kind: 'rate_spike',
    limitPerMinute: 600,
    alertId: 'alr_1',
    mode: 'enforce',
    createdAt: now,
    expiresAt: now + 3_600_000,
  };
}

function decisionsPerSecond(client: Client): number {
  const startedMs = performance.now();
  let allowed = 0;
  for (let call = 0; call < callsCount; call++) {
    const decision = client.decide({ user: userOf(call), endpoint, ip: '203.0.113.7' });
    if (decision.conclusion === 'allow') allowed++;
  }
  if (allowed === 0) throw new Error('nothing was allowed');
  return callsCount / ((performance.now() - startedMs) / 1000);
}

async function consumptionsPerSecond(limiter: RateLimiterMemory): Promise<number> {
  const startedMs = performance.now();
  for (let call = 0; call < callsCount; call++) {
    await limiter.consume(userOf(call)).catch(() => undefined);
  }
  return callsCount / ((performance.now() - startedMs) / 1000);
}
