/**
 * Places for the few keys that are looked at closely: a set-associative cache over typed arrays. A key may lie in one
 * of four places next to each other; when they are taken, whoever was idle for longest makes room. So a table of
 * suspects costs the same however many there are, and a look-up touches one stretch of memory.
 */

import { clearRow, type Saved } from './columns.ts';

export interface Places extends Saved {
  /** Key plus one; 0 where the place is free. */
  readonly keys: Uint32Array;
  readonly lastAt: Float64Array;
}

const ways = 4;

/** Rows of a table for `max` keys: a power of two. */
export const placesFor = (max: number): number => 2 ** Math.ceil(Math.log2(Math.max(ways, max)));

const setOf = (keys: Uint32Array, key: number): number => {
  const mixed = Math.imul(key + 1, 0x9e3779b1);
  return ((mixed ^ (mixed >>> 15)) >>> 0) & (keys.length - ways);
};

/** -1 when the key has no place. */
export function findPlace({ keys }: Places, key: number): number {
  const first = setOf(keys, key);
  for (let place = first; place < first + ways; place++) if (keys[place] === key + 1) return place;
  return -1;
}

/** The key's place; an empty one when it had none. */
export function takePlace(places: Places, key: number, ts: number): number {
  const { keys, lastAt } = places;
  const first = setOf(keys, key);
  let oldest = first;
  for (let place = first; place < first + ways; place++) {
    if (keys[place] === key + 1) return place;
    if (keys[oldest] !== 0 && (keys[place] === 0 || (lastAt[place] ?? 0) < (lastAt[oldest] ?? 0))) {
      oldest = place;
    }
  }
  clearRow(places.columns, oldest);
  keys[oldest] = key + 1;
  lastAt[oldest] = ts;
  return oldest;
}

/** The key's place, emptied. */
export function renewPlace(places: Places, key: number, ts: number): number {
  const place = takePlace(places, key, ts);
  clearRow(places.columns, place);
  places.keys[place] = key + 1;
  places.lastAt[place] = ts;
  return place;
}

export function leavePlace(places: Places, place: number): void {
  clearRow(places.columns, place);
}
