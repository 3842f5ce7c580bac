/**
 * Which tokens ended before their time, in memory, so that every request and socket event can ask at no cost.
 * Filled from storage at the start and by each revocation; an entry is dropped when no token that it concerns can
 * be unexpired, which bounds the view by the revocations of a quarter of an hour.
 */

import { accessTokenLifetimeMs, clockSkewMs } from './access-tokens.ts';
import type { Revocation } from './store.ts';

/** What a listener is told, to cut live sockets. */
export interface SessionEnded {
  kind: Revocation['kind'];
  subject: string;
  at: number;
}

export type SessionEndedListener = (ended: SessionEnded) => void;

/** After this, no access token issued before `at` is accepted anyway. */
export function revocationExpiresAt(at: number): number {
  return at + accessTokenLifetimeMs + 2 * clockSkewMs;
}

export function createRevocationView(deps: { clock: { now(): number } }) {
  const entries = new Map<string, Revocation>();
  const listeners = new Set<SessionEndedListener>();
  let nextSweepAt = 0;

  function sweep(nowMs: number): void {
    if (nowMs < nextSweepAt) return;
    nextSweepAt = nowMs + 60_000;
    for (const [key, entry] of entries) if (entry.expiresAt <= nowMs) entries.delete(key);
  }

  function keep(revocation: Revocation): void {
    const key = `${revocation.kind}|${revocation.subject}`;
    const known = entries.get(key);
    if (known === undefined || known.at <= revocation.at) entries.set(key, revocation);
  }

  return {
    /** Entries from storage, at the start: nobody is connected yet, so nobody is told. */
    load(revocations: readonly Revocation[]): void {
      for (const revocation of revocations) keep(revocation);
    },

    /** Takes effect for the next request, and tells the listeners before it returns. */
    add(revocation: Revocation): void {
      sweep(deps.clock.now());
      keep(revocation);
      for (const listener of listeners) listener(revocation);
    },

    isRevoked(token: { familyId: string; tokenId: string; operatorId: string; issuedAt: number }): boolean {
      if (entries.has(`family|${token.familyId}`) || entries.has(`token|${token.tokenId}`)) return true;
      const operator = entries.get(`operator|${token.operatorId}`);
      // `iat` has whole seconds, so a token of the same second counts as issued before: refusing it costs one refresh.
      return operator !== undefined && token.issuedAt <= operator.at;
    },

    onSessionEnded(listener: SessionEndedListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    size: () => entries.size,
  };
}

export type RevocationView = ReturnType<typeof createRevocationView>;
