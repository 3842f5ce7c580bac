/**
 * The `jti`s of proofs already used (RFC 9449 11.1): two generations that rotate, so nothing is swept one by one and
 * an entry stays for at least one generation. Entries are 16 bytes of a hash whatever a client sends. Each quota key (a
 * session, or an address) has its own share, so that nobody can fill it for others; a full cache refuses, since
 * forgetting would accept a replay.
 */

import { createHash } from 'node:crypto';
import { nonceLifetimeMs } from './dpop-nonce.ts';

/** A proof cannot be used after its nonce ended, so one generation need not be longer than that. */
const generationMs = nonceLifetimeMs;

export type ReplayVerdict = 'new' | 'seen' | 'full';

interface Generation {
  seen: Set<string>;
  used: Map<string, number>;
}

const emptyGeneration = (): Generation => ({ seen: new Set(), used: new Map() });

/**
 * @param deps.entriesMax both generations together; 90 to 100 bytes each.
 * @param deps.quotaMax proofs of one quota key in one generation.
 */
export function createReplayCache(deps: { entriesMax: number; quotaMax: number; clock: { now(): number } }) {
  let young = emptyGeneration();
  let old = emptyGeneration();
  let rotateAt = deps.clock.now() + generationMs;

  function rotate(nowMs: number): void {
    if (nowMs < rotateAt) return;
    old = nowMs < rotateAt + generationMs ? young : emptyGeneration();
    young = emptyGeneration();
    rotateAt = nowMs + generationMs;
  }

  return {
    /** Remembers the proof if it is new. Ask only after every other check, since asking takes space. */
    use(proof: { jkt: string; jti: string; quotaKey: string }): ReplayVerdict {
      rotate(deps.clock.now());
      const digest = createHash('sha256').update(`${proof.jkt}|${proof.jti}`).digest();
      const key = digest.toString('latin1', 0, 16);
      if (young.seen.has(key) || old.seen.has(key)) return 'seen';
      const used = young.used.get(proof.quotaKey) ?? 0;
      if (used >= deps.quotaMax || young.seen.size >= deps.entriesMax / 2) return 'full';
      young.seen.add(key);
      young.used.set(proof.quotaKey, used + 1);
      return 'new';
    },

    size: () => young.seen.size + old.seen.size,
  };
}

export type ReplayCache = ReturnType<typeof createReplayCache>;
