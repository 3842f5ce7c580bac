/**
 * Where to look for a row by a hash: open addressing over a typed array. Nothing in it is garbage or grows, and with a
 * keyed hash nobody can make it slow by choosing names.
 */

/** Slots of two words: the hash, so that hardly any row is looked at in vain, and the row plus one. */
export interface Slots {
  words: Int32Array;
  mask: number;
}

/** At most two thirds full. */
export function createSlots(max: number): Slots {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, max * 1.5)));
  return { words: new Int32Array(capacity * 2), mask: capacity - 1 };
}

export function place({ words, mask }: Slots, hashed: number, row: number): void {
  let slot = hashed & mask;
  while (words[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
  words[slot * 2] = hashed;
  words[slot * 2 + 1] = row + 1;
}

/** Backward shift deletion (Knuth vol. 3, 6.4, algorithm R): no tombstones, so look-ups stay short for ever. */
export function displace({ words, mask }: Slots, hashed: number, row: number): void {
  let hole = hashed & mask;
  while (words[hole * 2 + 1] !== row + 1) hole = (hole + 1) & mask;
  for (let slot = (hole + 1) & mask; words[slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
    const home = (words[slot * 2] ?? 0) & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    words[hole * 2] = words[slot * 2] ?? 0;
    words[hole * 2 + 1] = words[slot * 2 + 1] ?? 0;
    hole = slot;
  }
  words[hole * 2 + 1] = 0;
}
