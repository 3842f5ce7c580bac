/**
 * Names to small integers and back, at most `max` of them; ids of released names are used again. Whoever owns the
 * names decides which to release when there is no room, so that invented names never push out good history. All of it lies in
 * typed arrays (`slots.ts`, `texts.ts`): nothing here is garbage, grows, or is made slow by choosing names.
 */

import type { Saved } from './columns.ts';
import type { KeyedHash } from './hash.ts';
import { createSlots, displace, place } from './slots.ts';
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
  /** The same where the hash of the name is known already. */
  findHashed(name: string, hashed: number): number;
  /** The first name with this hash, whatever its text, or -1; and a look at it, so that it is near when it is asked for. */
  candidate(hashed: number): number;
  touch(id: number): number;
  holds(id: number, name: string): boolean;
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

/** Plain fields, no getters: those would give each of our names a shape of its own, to be looked up slowly for every event. */
type Writable<Type> = { -readonly [key in keyof Type]: Type[key] };

export function createNames(max: number, hash: KeyedHash): Names {
  const texts = createTexts(max);
  const { own, further } = texts;
  const slots = createSlots(max);
  const { words, mask } = slots;
  let free = 0;

  const findHashed = (name: string, hashed: number): number => {
    for (let slot = hashed & mask; ; slot = (slot + 1) & mask) {
      const entry = words[slot * 2 + 1] ?? 0;
      if (entry === 0) return -1;
      if (words[slot * 2] === hashed && equalsText(texts, entry - 1, name)) return entry - 1;
    }
  };

  const names: Writable<Names> = {
    find: (name) => findHashed(name, hash(name)),
    findHashed,
    candidate(hashed) {
      for (let slot = hashed & mask; ; slot = (slot + 1) & mask) {
        const entry = words[slot * 2 + 1] ?? 0;
        if (entry === 0 || words[slot * 2] === hashed) return entry - 1;
      }
    },
    touch: (id) => linkOf(texts, id),
    holds: (id, name) => equalsText(texts, id, name),
    add(name) {
      const id = free !== 0 ? free - 1 : own.rows;
      if (names.size >= max) return -1;
      const next = free !== 0 ? linkOf(texts, id) : 0;
      if (!writeText(texts, id, name)) return -1;
      if (free !== 0) free = next;
      else names.end = ++own.rows;
      place(slots, hash(name), id);
      names.size++;
      return id;
    },
    nameOf: (id) => (hasText(texts, id) ? readText(texts, id) : ''),
    release(id) {
      if (!hasText(texts, id)) return;
      displace(slots, hash(readText(texts, id)), id);
      clearText(texts, id);
      setLink(texts, id, free);
      free = id + 1;
      names.size--;
    },
    has: (id) => id < own.rows && hasText(texts, id),
    size: 0,
    end: 0,
    max,
    tables: [own, further],
    heads: () => ({ free, furtherFree: texts.furtherFree }),
    restore(heads) {
      ({ free } = heads);
      names.size = 0;
      names.end = own.rows;
      words.fill(0);
      texts.furtherFree = heads.furtherFree;
      for (let id = 0; id < own.rows; id++) {
        if (!hasText(texts, id)) continue;
        place(slots, hash(readText(texts, id)), id);
        names.size++;
      }
    },
  };
  return names;
}
