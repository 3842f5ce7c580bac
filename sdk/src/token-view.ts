/**
 * This process's view of the tokens that were revoked, and whether it may be trusted. It is pushed by the stream: a
 * snapshot first, then what is new. While nothing was heard for too long nobody knows, and unknown is refused.
 */

import type { StreamEvent } from '../../lib/contract/stream.ts';
import { createRevocationList, type RevocableToken } from '../../lib/enforcement/revocation-list.ts';

export interface TokenView {
  applyEvent(event: StreamEvent): 'applied' | 'gap';
  /** The stream is open again: what was missed follows. */
  isFresh(): boolean;
  isRevoked(token: RevocableToken): boolean;
  /** ms since anything was heard; infinite before the first snapshot. */
  ageMs(): number;
}

export function createTokenView(deps: {
  /** ms since any moment; only runs forward. */
  monotonic: { now(): number };
  staleAfterMs: number;
}): TokenView {
  const list = createRevocationList();
  let seq = 0;
  let heardAtMs = Number.NEGATIVE_INFINITY;
  let hasSnapshot = false;

  const ageMs = () => (hasSnapshot ? deps.monotonic.now() - heardAtMs : Number.POSITIVE_INFINITY);
  return {
    applyEvent(event) {
      if (event.type === 'snapshot') {
        // A server that tells of no revocations cannot be relied on for them.
        hasSnapshot = event.data.revocations !== undefined;
        list.clear();
        for (const revocation of event.data.revocations ?? []) list.keep(revocation);
      } else if (event.type === 'delta') {
        if (event.data.seq > seq + 1) return 'gap';
        for (const revocation of event.data.revoked ?? []) list.keep(revocation);
      } else if (event.data.seq > seq) return 'gap';
      seq = event.data.seq;
      heardAtMs = deps.monotonic.now();
      return 'applied';
    },
    isFresh: () => ageMs() <= deps.staleAfterMs,
    isRevoked: (token) => list.isRevoked(token),
    ageMs,
  };
}
