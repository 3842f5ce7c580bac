/** The memory of proofs used on Tidegate's own routes; what it promises is in lib/enforcement/replay-cache.ts. */

import { createHash } from 'node:crypto';
import { nonceLifetimeMs } from '../../lib/enforcement/dpop-nonce.ts';
import * as rules from '../../lib/enforcement/replay-cache.ts';

/** @param deps.entriesMax both generations together. @param deps.quotaMax of one session or address in two minutes. */
export function createReplayCache(deps: { entriesMax: number; quotaMax: number; clock: { now(): number } }) {
  return rules.createReplayCache({
    ...deps,
    // A proof cannot be used after its nonce ended, so one generation need not be longer than that.
    generationMs: nonceLifetimeMs,
    digest: (text) => createHash('sha256').update(text).digest().toString('latin1', 0, 16),
  });
}

export type ReplayCache = ReturnType<typeof createReplayCache>;
