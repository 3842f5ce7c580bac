/**
 * The `jti`s of proofs already used (RFC 9449 11.1): two generations that rotate, so nothing is swept one by one and
 * an entry stays for at least one generation. Entries are 16 bytes of a hash whatever a client sends. Each quota key (a
 * session, or an address) has its own share, so that nobody can fill it for others; a full cache refuses, since
 * forgetting would accept a replay.
 */

export type ReplayVerdict = 'new' | 'seen' | 'full';

interface Generation {
  seen: Set<string>;
  used: Map<string, number>;
}

const emptyGeneration = (): Generation => ({ seen: new Set(), used: new Map() });

/**
 * @param deps.entriesMax both generations together; 90 to 100 bytes each.
 * @param deps.quotaMax proofs of one quota key in one generation.
 * @param deps.generationMs as long as a proof can be used.
 * @param deps.digest 16 bytes or characters of a collision-resistant hash, as text.
 */
export function createReplayCache(deps: {
  entriesMax: number;
  quotaMax: number;
  generationMs: number;
  digest: (text: string) => string;
  clock: { now(): number };
}) {
  const { generationMs } = deps;
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
      const key = deps.digest(`${proof.jkt}|${proof.jti}`);
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
