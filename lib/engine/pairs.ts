/**
 * The pairs: one row per (user, endpoint), found by open addressing over the two ids. Everything that a request
 * touches lies in one row of 16 numbers (a cache line); ids, ring and totals are columns beside it. Rows of one user
 * are chained, so that a user can be shown, and forgotten, without a scan.
 */

import { clearRow, column, lineOfFloats, type Saved } from './columns.ts';

/** Fast windows: a count decays by 1/e in this time. The fourth window is the last hour, from the ring. */
export const decaysMs = [10_000, 60_000, 600_000] as const;
export const windowsMs = [10_000, 60_000, 600_000, 3_600_000] as const;
export const windowCount = windowsMs.length;
/** A closed slot is one observation of the baseline; six of them make the last hour. */
export const slotMs = 600_000;
export const ringSlots = 6;

/** Offsets in a row of `Pairs.row`. */
export const at = {
  count: 0,
  peak: 4,
  mean: 8,
  samples: 12,
  spread: 13,
  slowPerMinute: 14,
  anchor: 15,
} as const;
export const rowStride = 16;

/** Bits of `Pairs.flags`. */
export const tainted = 1;
export const drifting = 2;
export const heavy = 4;
export const suspected = 8;

export interface Pairs extends Saved {
  readonly row: Float32Array;
  /** Requests in the six slots of the last hour, newest first. */
  readonly ring: Uint16Array;
  readonly lastAt: Float64Array;
  /** Every event, once. */
  readonly total: Uint32Array;
  readonly user: Uint32Array;
  readonly endpoint: Uint32Array;
  /** Next pair of the same user, plus one; 0 ends the chain. */
  readonly next: Uint32Array;
  /** Slots since the first event, at most 65,535. */
  readonly age: Uint16Array;
  readonly flags: Uint8Array;
  /** 1 where the row is in use. */
  readonly used: Uint8Array;
  /** The index: two numbers a slot, the hash of both ids (so that hardly any row is looked at in vain) and the row plus one. */
  readonly slots: Int32Array;
  readonly hashSeed: number;
  readonly free: number[];
  live: number;
  hand: number;
  readonly max: number;
}

export function createPairs(max: number, hashSeed: number): Pairs {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, max * 1.5)));
  const row = lineOfFloats(max * rowStride);
  const ring = new Uint16Array(max * ringSlots);
  const lastAt = new Float64Array(max);
  const total = new Uint32Array(max);
  const user = new Uint32Array(max);
  const endpoint = new Uint32Array(max);
  const next = new Uint32Array(max);
  const age = new Uint16Array(max);
  const flags = new Uint8Array(max);
  const used = new Uint8Array(max);
  const columns = [
    column('row', row, rowStride),
    column('ring', ring, ringSlots),
    column('lastAt', lastAt),
    column('total', total),
    column('user', user),
    column('endpoint', endpoint),
    column('next', next),
    column('age', age),
    column('flags', flags),
    column('used', used),
  ];
  const table = { row, ring, lastAt, total, user, endpoint, next, age, flags, used, columns };
  return {
    ...table,
    slots: new Int32Array(capacity * 2),
    hashSeed,
    free: [],
    rows: 0,
    live: 0,
    hand: 0,
    max,
  };
}

/** Mixes the two ids (Fibonacci hashing, Knuth vol. 3, 6.4). */
const hash = ({ hashSeed }: Pairs, user: number, endpoint: number): number => {
  const mixed = Math.imul((user + hashSeed) | 0, 0x9e3779b1) ^ Math.imul(endpoint + 0x7f4a7c15, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
};

/** -1 when the pair has no row. */
export function findPair(pairs: Pairs, user: number, endpoint: number): number {
  const { slots } = pairs;
  const mask = slots.length - 1;
  const hashed = hash(pairs, user, endpoint);
  for (let slot = (hashed << 1) & mask; ; slot = (slot + 2) & mask) {
    const entry = slots[slot + 1] ?? 0;
    if (entry === 0) return -1;
    if (slots[slot] !== hashed) continue;
    if (pairs.user[entry - 1] === user && pairs.endpoint[entry - 1] === endpoint) return entry - 1;
  }
}

/** -1 when the table is full. The caller chains the row to its user. */
export function addPair(pairs: Pairs, user: number, endpoint: number): number {
  const pair = pairs.free.pop() ?? (pairs.rows < pairs.max ? pairs.rows++ : -1);
  if (pair < 0) return -1;
  pairs.user[pair] = user;
  pairs.endpoint[pair] = endpoint;
  pairs.used[pair] = 1;
  pairs.live++;
  place(pairs, pair);
  return pair;
}

function place(pairs: Pairs, pair: number): void {
  const { slots } = pairs;
  const mask = slots.length - 1;
  const hashed = hash(pairs, pairs.user[pair] ?? 0, pairs.endpoint[pair] ?? 0);
  let slot = (hashed << 1) & mask;
  while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
  slots[slot] = hashed;
  slots[slot + 1] = pair + 1;
}

/** Frees the row. The caller has taken it out of its user's chain. */
export function removePair(pairs: Pairs, pair: number): void {
  const { slots } = pairs;
  const mask = slots.length - 1;
  let hole = (hash(pairs, pairs.user[pair] ?? 0, pairs.endpoint[pair] ?? 0) << 1) & mask;
  while (slots[hole + 1] !== pair + 1) hole = (hole + 2) & mask;
  // Backward shift deletion: no tombstones, so look-ups stay short however often names come and go.
  for (let slot = (hole + 2) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
    const home = ((slots[slot] ?? 0) << 1) & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    slots[hole] = slots[slot] ?? 0;
    slots[hole + 1] = slots[slot + 1] ?? 0;
    hole = slot;
  }
  slots[hole + 1] = 0;
  clearRow(pairs.columns, pair);
  pairs.free.push(pair);
  pairs.live--;
}

/** After the columns and the free list were filled from a snapshot. */
export function indexPairs(pairs: Pairs): void {
  for (let pair = 0; pair < pairs.rows; pair++) {
    if (pairs.used[pair] === 1) {
      place(pairs, pair);
      pairs.live++;
    }
  }
}
