/**
 * A token bucket in two numbers: the generic cell rate algorithm (ITU-T I.371, annex A). It keeps the theoretical
 * arrival time of the next request instead of a counter, so that nothing has to run while nobody asks. It starts
 * EMPTY: whoever gets a throttle has already used more than their share.
 */

export interface Bucket {
  /** Between two requests of an even stream at the limit, ms. */
  periodMs: number;
  /** How far a request may run ahead of that stream: (burst - 1) periods. */
  toleranceMs: number;
  /** Theoretical arrival time, ms since the epoch. */
  arrivalAt: number;
}

/** A limit of nothing must stay finite: one request in 31 years. */
const periodMsMax = 1e12;

/** @param burstMs how much of its share a bucket may save up; at least one request. */
export function emptyBucket(limitPerMinute: number, burstMs: number, nowMs: number): Bucket {
  const periodMs = limitPerMinute > 0 ? Math.min(60_000 / limitPerMinute, periodMsMax) : periodMsMax;
  const burst = Math.max(1, burstMs / periodMs);
  const toleranceMs = (burst - 1) * periodMs;
  return { periodMs, toleranceMs, arrivalAt: nowMs + toleranceMs + periodMs };
}

/** Requests saved up, 0 to burst; a fraction says how near the next one is. */
export function level(bucket: Bucket, nowMs: number): number {
  const { periodMs, toleranceMs } = bucket;
  const aheadMs = Math.max(0, bucket.arrivalAt - nowMs);
  return Math.max(0, (toleranceMs - aheadMs) / periodMs + 1);
}

/** Until one request would pass, ms; 0 when it passes now. */
export function waitMs(bucket: Bucket, nowMs: number): number {
  const emptyAt = nowMs + bucket.toleranceMs + bucket.periodMs;
  // The host's clock went back: emptier than empty is impossible, so the debt is forgiven.
  if (bucket.arrivalAt > emptyAt) bucket.arrivalAt = emptyAt;
  return Math.max(0, bucket.arrivalAt - bucket.toleranceMs - nowMs);
}

export function take(bucket: Bucket, nowMs: number): void {
  bucket.arrivalAt = Math.max(bucket.arrivalAt, nowMs) + bucket.periodMs;
}

/** The same level under a new limit: changing a limit neither refunds nor robs. */
export function resized(bucket: Bucket, limitPerMinute: number, burstMs: number, nowMs: number): Bucket {
  const saved = level(bucket, nowMs);
  const next = emptyBucket(limitPerMinute, burstMs, nowMs);
  const burst = next.toleranceMs / next.periodMs + 1;
  next.arrivalAt -= Math.min(saved, burst) * next.periodMs;
  return next;
}
