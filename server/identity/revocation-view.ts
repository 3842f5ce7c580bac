/**
 * Which tokens ended before their time, in memory, so that every request and socket event can ask at no cost.
 * Filled from storage at the start and by each revocation; who listens is told before `add` returns: sockets are cut,
 * and services that verify tokens themselves hear of it through their stream.
 */

import type { Revocation } from '../../lib/contract/revocation.ts';
import { createRevocationList, type RevocableToken } from '../../lib/enforcement/revocation-list.ts';
import { accessTokenLifetimeMs, clockSkewMs } from './access-tokens.ts';

export type SessionEndedListener = (ended: Revocation) => void;

/** After this, no access token issued before `at` is accepted anyway. */
export function revocationExpiresAt(at: number): number {
  return at + accessTokenLifetimeMs + 2 * clockSkewMs;
}

export function createRevocationView(deps: { clock: { now(): number } }) {
  const list = createRevocationList();
  const listeners = new Set<SessionEndedListener>();

  return {
    /** Entries from storage, at the start: nobody is connected yet, so nobody is told. */
    load(revocations: readonly Revocation[]): void {
      for (const revocation of revocations) list.keep(revocation);
    },

    /** Takes effect for the next request, and tells the listeners before it returns. */
    add(revocation: Revocation): void {
      list.keep(revocation);
      for (const listener of listeners) listener(revocation);
    },

    isRevoked: (token: RevocableToken): boolean => list.isRevoked(token),
    /** All that still concern somebody: the snapshot for who connects. */
    entries: () => list.entries(deps.clock.now()),

    onSessionEnded(listener: SessionEndedListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    size: () => list.size(),
  };
}

export type RevocationView = ReturnType<typeof createRevocationView>;
