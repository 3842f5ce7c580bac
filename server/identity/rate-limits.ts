/**
 * Limits of the sign-in routes by address: one-minute windows for all requests, and a tighter one for failures.
 * Refreshing is counted apart from signing in, so a flood of bad sign-ins from an office cannot end the sessions of
 * people who work there. Memory is bounded: addresses beyond the limit share one count.
 */

import { isIPv6 } from 'node:net';
import { AppError } from '../http/app-error.ts';

const windowMs = 60_000;
/** Addresses counted one by one in a window; about 5 MB. */
const addressesMax = 50_000;

export type LimitedArea = 'sign_in' | 'setup' | 'refresh' | 'recovery' | 'token';

/** Per address and minute. A person signs in a few times; 200 failures a minute are no person. */
const limits: Record<LimitedArea, { requests: number; failures: number }> = {
  sign_in: { requests: 600, failures: 60 },
  setup: { requests: 300, failures: 60 },
  refresh: { requests: 600, failures: 60 },
  // A person mistypes a code a few times.
  recovery: { requests: 60, failures: 10 },
  // Many machines may share one address, each with a token every quarter of an hour.
  token: { requests: 3_000, failures: 120 },
};

/** One IPv6 subscriber holds at least a /64, so that is what counts as an address. */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

export function createRateLimits(deps: { clock: { now(): number } }) {
  let counts = new Map<string, number>();
  let windowEndsAt = 0;

  function key(area: LimitedArea, kind: 'requests' | 'failures', address: string): string {
    const nowMs = deps.clock.now();
    if (nowMs >= windowEndsAt) {
      counts = new Map();
      windowEndsAt = nowMs + windowMs;
    }
    const own = `${area}|${kind}|${addressGroup(address)}`;
    return counts.has(own) || counts.size < addressesMax ? own : `${area}|${kind}|others`;
  }

  function refuse(): never {
    const retryAfterSeconds = Math.max(1, Math.ceil((windowEndsAt - deps.clock.now()) / 1000));
    throw new AppError('rate_limited', { headers: { 'retry-after': String(retryAfterSeconds) } });
  }

  return {
    /** Counts a request. @throws AppError `rate_limited` */
    admit(area: LimitedArea, address: string): void {
      const requestsKey = key(area, 'requests', address);
      const requests = (counts.get(requestsKey) ?? 0) + 1;
      counts.set(requestsKey, requests);
      const failures = counts.get(key(area, 'failures', address)) ?? 0;
      if (requests > limits[area].requests || failures >= limits[area].failures) refuse();
    },

    countFailure(area: LimitedArea, address: string): void {
      const failuresKey = key(area, 'failures', address);
      counts.set(failuresKey, (counts.get(failuresKey) ?? 0) + 1);
    },

    size: () => counts.size,
  };
}

export type RateLimits = ReturnType<typeof createRateLimits>;
