/**
 * Pauses between attempts: exponential with full jitter above half ("Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015), so that a fleet which lost its collector together does not come back together.
 */

/** Longest pause of our own accord, 30 s: a collector that came back is found within that. */
export const backoffMsMax = 30_000;
/** Longest pause that a server may ask for, 5 min. */
const retryAfterMsMax = 5 * 60_000;

/** @param random in [0, 1) @returns ms, between half and all of `firstMs * 2^attempt`, at most 30 s. */
export function backoffMs(attempt: number, firstMs: number, random: number): number {
  const ceiling = Math.min(backoffMsMax, firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * (0.5 + random / 2));
}

/** Reads `Retry-After` (RFC 9110 section 10.2.3): seconds or a date. Undefined where there is none to follow. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), retryAfterMsMax);
}
