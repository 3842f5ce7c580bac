/**
 * Names to small integers and back, at most `max` of them; ids of released names are used again. Whoever owns the
 * names decides which to release when there is no room, so that invented names never push out good history. Open
 * addressing with a keyed hash over typed arrays: nothing here is garbage, grows, or is made slow by choosing names.
 */

import type { Saved } from './columns.ts';
import type { KeyedHash } from './hash.ts';
import {
  clearText,
  createTexts,
  equalsText,
  hasText,
  linkOf,
  readText,
  setLink,
  writeText,
} from './texts.ts';

export interface Names {
  /** -1 when the name is not known. */
  find(name: string): number;
  /** -1 when there is no room. The name must not be known yet. */
  add(name: string): number;
  nameOf(id: number): string;
  release(id: number): void;
  has(id: number): boolean;
  readonly size: number;
  /** Ids given so far lie below this. */
  readonly end: number;
  readonly max: number;
  /** What is saved of the names, beside `heads`. */
  readonly tables: readonly Saved[];
  heads(): NameHeads;
  /** After the tables were filled from a snapshot. */
  restore(heads: NameHeads): void;
}

/** Where the lists of free ids and of free blocks of text begin, plus one; they are linked in the tables. */
export interface NameHeads {
  free: number;
  furtherFree: number;
}

export function createNames(max: number, hash: KeyedHash): Names {
  const texts = createTexts(max);
  const { own, further } = texts;
  const index = createIndex(max);
  let free = 0;
  let size = 0;

  const find = (name: string): number => {
    const hashed = hash(name);
    for (let slot = hashed & index.mask; ; slot = (slot + 1) & index.mask) {
      const entry = index.slots[slot * 2 + 1] ?? 0;
      if (entry === 0) return -1;
      if (index.slots[slot * 2] === hashed && equalsText(texts, entry - 1, name)) return entry - 1;
    }
  };

  return {
    find,
    add(name) {
      const id = free !== 0 ? free - 1 : own.rows;
      if (size >= max) return -1;
      const next = free !== 0 ? linkOf(texts, id) : 0;
      if (!writeText(texts, id, name)) return -1;
      if (free !== 0) free = next;
      else own.rows++;
      place(index, hash(name), id);
      size++;
      return id;
    },
    nameOf: (id) => (hasText(texts, id) ? readText(texts, id) : ''),
    release(id) {
      if (!hasText(texts, id)) return;
      displace(index, hash(readText(texts, id)), id);
      clearText(texts, id);
      setLink(texts, id, free);
      free = id + 1;
      size--;
    },
    has: (id) => id < own.rows && hasText(texts, id),
    get size() {
      return size;
    },
    get end() {
      return own.rows;
    },
    max,
    tables: [own, further],
    heads: () => ({ free, furtherFree: texts.furtherFree }),
    restore(heads) {
      ({ free } = heads);
      size = 0;
      index.slots.fill(0);
      texts.furtherFree = heads.furtherFree;
      for (let id = 0; id < own.rows; id++) {
        if (!hasText(texts, id)) continue;
        place(index, hash(readText(texts, id)), id);
        size++;
      }
    },
  };
}

/** Slots of two words: the hash, so that hardly any text is compared in vain, and the id plus one. */
interface Index {
  slots: Int32Array;
  mask: number;
}

/** At most two thirds full. */
function createIndex(max: number): Index {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, max * 1.5)));
  return { slots: new Int32Array(capacity * 2), mask: capacity - 1 };
}

function place({ slots, mask }: Index, hashed: number, id: number): void {
  let slot = hashed & mask;
  while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
  slots[slot * 2] = hashed;
  slots[slot * 2 + 1] = id + 1;
}

/** Backward shift deletion (Knuth vol. 3, 6.4, algorithm R): no tombstones, so look-ups stay short for ever. */
function displace({ slots, mask }: Index, hashed: number, id: number): void {
  let hole = hashed & mask;
  while (slots[hole * 2 + 1] !== id + 1) hole = (hole + 1) & mask;
  for (let slot = (hole + 1) & mask; slots[slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
    const home = (slots[slot * 2] ?? 0) & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    slots[hole * 2] = slots[slot * 2] ?? 0;
    slots[hole * 2 + 1] = slots[slot * 2 + 1] ?? 0;
    hole = slot;
  }
  slots[hole * 2 + 1] = 0;
}
