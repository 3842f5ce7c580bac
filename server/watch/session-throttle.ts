/** Sessions that an alert was answered with "throttle": a few requests a minute, for a while, then as before. */

import { AppError } from '../http/app-error.ts';

const throttledMs = 15 * 60_000;
const windowMs = 60_000;
/** Enough to look around, too few to carry anything away. */
const requestsPerMinute = 10;
const sessionsMax = 1_000;

export type SessionThrottle = ReturnType<typeof createSessionThrottle>;

export function createSessionThrottle(deps: { clock: { now(): number } }) {
  const throttled = new Map<string, { untilAt: number; windowStartAt: number; requests: number }>();
  return {
    order(familyId: string): void {
      const [oldest] = throttled.keys();
      if (throttled.size >= sessionsMax && oldest !== undefined) throttled.delete(oldest);
      const nowMs = deps.clock.now();
      throttled.set(familyId, { untilAt: nowMs + throttledMs, windowStartAt: nowMs, requests: 0 });
    },

    /** @throws AppError `rate_limited` */
    admit(familyId: string): void {
      const known = throttled.get(familyId);
      if (known === undefined) return;
      const nowMs = deps.clock.now();
      if (nowMs >= known.untilAt) {
        throttled.delete(familyId);
        return;
      }
      if (nowMs >= known.windowStartAt + windowMs)
        Object.assign(known, { windowStartAt: nowMs, requests: 0 });
      known.requests += 1;
      if (known.requests <= requestsPerMinute) return;
      const seconds = Math.max(1, Math.ceil((known.windowStartAt + windowMs - nowMs) / 1000));
      throw new AppError('rate_limited', { headers: { 'retry-after': String(seconds) } });
    },
  };
}
