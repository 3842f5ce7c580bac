/** What one ingest key may cost: events a second as a token bucket, and bytes that are being worked on at once. */

import { AppError } from '../../http/app-error.ts';

export interface KeyLimits {
  eventsPerSecondMax: number;
  /** Saved up while idle: a service that was cut off sends its queue at once. */
  burstEventsMax: number;
  /** Bodies as sent that are being read, parsed or written. */
  bytesInFlightMax: number;
  /** Of all keys together: with inflation and parsing about ten times as much memory. */
  bytesInFlightTotalMax: number;
}

/** More than one machine's engine takes in, so that only a runaway sender ever meets it. */
export const keyLimits: KeyLimits = {
  eventsPerSecondMax: 500_000,
  burstEventsMax: 2_000_000,
  bytesInFlightMax: 32 * 1024 * 1024,
  bytesInFlightTotalMax: 64 * 1024 * 1024,
};

/** A batch costs at least this many events: opening a request is work too. */
const batchCostMin = 10;

interface KeyUse {
  tokens: number;
  filledAtMs: number;
  bytesInFlight: number;
}

export interface KeyLimiter {
  /**
   * Call before the body is read.
   * @returns what to call when the batch is done
   * @throws AppError `rate_limited`
   */
  enter(keyId: string, bytes: number): { done(): void };
  /** Counts the events of a batch; a bucket may go into debt, which the next batch then meets. */
  spend(keyId: string, events: number): void;
}

export function createKeyLimiter(deps: { limits: KeyLimits; clock: { now(): number } }): KeyLimiter {
  const { limits, clock } = deps;
  /** One entry per valid key, and there are only as many keys as operators made. */
  const uses = new Map<string, KeyUse>();
  let bytesInFlightTotal = 0;

  const refill = (keyId: string): KeyUse => {
    const nowMs = clock.now();
    const use = uses.get(keyId) ?? { tokens: limits.burstEventsMax, filledAtMs: nowMs, bytesInFlight: 0 };
    uses.set(keyId, use);
    const gained = (Math.max(0, nowMs - use.filledAtMs) / 1000) * limits.eventsPerSecondMax;
    use.tokens = Math.min(limits.burstEventsMax, use.tokens + gained);
    use.filledAtMs = nowMs;
    return use;
  };
  const refuse = (afterSeconds: number) =>
    new AppError('rate_limited', {
      headers: { 'retry-after': String(Math.max(1, Math.ceil(afterSeconds))) },
    });

  return {
    enter(keyId, bytes) {
      const use = refill(keyId);
      if (use.tokens <= 0) throw refuse(-use.tokens / limits.eventsPerSecondMax);
      if (use.bytesInFlight + bytes > limits.bytesInFlightMax) throw refuse(1);
      if (bytesInFlightTotal + bytes > limits.bytesInFlightTotalMax) throw refuse(1);
      use.bytesInFlight += bytes;
      bytesInFlightTotal += bytes;
      return {
        done() {
          use.bytesInFlight -= bytes;
          bytesInFlightTotal -= bytes;
        },
      };
    },
    spend(keyId, events) {
      refill(keyId).tokens -= Math.max(batchCostMin, events);
    },
  };
}
