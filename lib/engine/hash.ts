/** Two kinds of hash: a fixed one for ids, and a keyed one for whatever a stranger may choose the text of. */

/** FNV-1a over UTF-16 units: for deterministic ids, never where many equal values would hurt. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The same text gives the same id: `alr_` and 20 base-36 digits' worth of 96 bits. */
export function stableId(prefix: string, text: string): string {
  const part = (seed: number) => hash32(text, seed).toString(36).padStart(7, '0');
  return `${prefix}${part(0x811c9dc5)}${part(0x01234567)}${part(0x6b8b4567)}`;
}

/** Text to 32 bits, signed, spread evenly in every bit. */
export type KeyedHash = (text: string) => number;

/** UTF-16 units that have a key of their own; longer texts use the keys again. */
const keyedUnits = 1_024;

/**
 * Multilinear hashing (Lemire & Kaser, Strongly universal string hashing is fast, 2014, section 3): two sums
 * `m0 + sum m_i * c_i` modulo 2^32, the upper halves of which are the hash. Whatever two texts somebody picks without
 * knowing the seed, they collide by chance only, about once in 2^32: nobody can fill one bucket of a table, or hide
 * from a sketch, on purpose.
 * @param seed four 32-bit numbers that only this installation knows
 */
export function createKeyedHash(seed: readonly number[]): KeyedHash {
  const next = keyStream(seed);
  const keys = Int32Array.from({ length: 2 * (keyedUnits + 1) }, next);
  return (text) => {
    let high = keys[0] ?? 0;
    let low = keys[1] ?? 0;
    for (let index = 0; index < text.length; index++) {
      // One more than the unit, so that a text and the same text with zeros behind it differ.
      const unit = text.charCodeAt(index) + 1;
      const key = 2 + 2 * (index & (keyedUnits - 1));
      high = (high + Math.imul(keys[key] ?? 0, unit)) | 0;
      low = (low + Math.imul(keys[key + 1] ?? 0, unit)) | 0;
    }
    return (high & 0xffff0000) | (low >>> 16);
  };
}

/** sfc32 (Doty-Humphrey, PractRand): 128 bits of state, every output depends on all of them after twelve rounds. */
function keyStream(seed: readonly number[]): () => number {
  let [a = 0, b = 0, c = 0, counter = 0] = seed.map((part) => part | 0);
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}
