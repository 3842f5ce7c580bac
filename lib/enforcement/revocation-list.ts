/**
 * Which tokens ended before their time: the one rule, for the server's own requests and for services that verify
 * tokens by the SDK. An entry is dropped when no token that it concerns can be unexpired, which bounds the list by the
 * revocations of a quarter of an hour.
 */

import type { Revocation } from '../contract/revocation.ts';

/** What a token says of itself. */
export interface RevocableToken {
  tokenId: string;
  familyId: string;
  subjectId: string;
  clientId: string;
  /** The key that signed it; absent where the signature is no longer at hand. */
  kid?: string | undefined;
  /** ms since the epoch. */
  issuedAt: number;
}

export interface RevocationList {
  /** Keeps the later one of two for the same subject. */
  keep(revocation: Revocation): void;
  isRevoked(token: RevocableToken): boolean;
  /** Those that still concern somebody. */
  entries(nowMs: number): Revocation[];
  /** Forgets everything, before a snapshot. */
  clear(): void;
  size(): number;
}

const sweepEveryMs = 60_000;

export function createRevocationList(): RevocationList {
  const kept = new Map<string, Revocation>();
  let nextSweepAt = Number.NEGATIVE_INFINITY;

  function sweep(nowMs: number): void {
    if (nowMs < nextSweepAt) return;
    nextSweepAt = nowMs + sweepEveryMs;
    for (const [key, entry] of kept) if (entry.expiresAt <= nowMs) kept.delete(key);
  }

  // Issue times have whole seconds, so a token of the same second counts as issued before: that costs one refresh.
  const coversUpTo = (key: string, issuedAt: number) => issuedAt <= (kept.get(key)?.at ?? -1);

  return {
    keep(revocation) {
      sweep(revocation.at);
      const key = `${revocation.kind}|${revocation.subject}`;
      const known = kept.get(key);
      if (known === undefined || known.at <= revocation.at) kept.set(key, revocation);
    },
    isRevoked(token) {
      return (
        kept.has(`token|${token.tokenId}`) ||
        kept.has(`family|${token.familyId}`) ||
        (token.kid !== undefined && kept.has(`key|${token.kid}`)) ||
        coversUpTo(`subject|${token.subjectId}`, token.issuedAt) ||
        coversUpTo(`client|${token.clientId}`, token.issuedAt) ||
        coversUpTo('all|*', token.issuedAt)
      );
    },
    entries(nowMs) {
      sweep(nowMs);
      return [...kept.values()].filter((entry) => entry.expiresAt > nowMs);
    },
    clear: () => kept.clear(),
    size: () => kept.size,
  };
}
