/** Which throttles an ingest reply tells its sender: those for the callers it has just reported. */

import type { Throttle } from '../../lib/contract/decision.ts';
import type { Enforcer } from '../../lib/enforcement/enforcer.ts';
import type { IncomingBatch } from './collector.ts';

/** Told in one reply; the stream tells all. */
const replyThrottlesMax = 1_000;

/** Throttles that name a user, address or token of the batch: its sender is an enforcement point for them. */
export function throttlesFor(enforcer: Enforcer, batch: IncomingBatch, nowMs: number): Throttle[] {
  if (enforcer.size === 0) return [];
  const users = new Set(batch.events.map((event) => event.user));
  const ips = new Set(batch.events.map((event) => event.ip));
  const tokens = new Set(batch.events.map((event) => event.tokenId));
  return enforcer
    .throttles()
    .filter(({ scope: { user, ip, tokenId }, expiresAt }) => {
      if (expiresAt <= nowMs) return false;
      if (user !== undefined) return users.has(user);
      return tokenId === undefined ? ips.has(ip) : tokens.has(tokenId);
    })
    .slice(0, replyThrottlesMax);
}
