/**
 * The pairs: one row per (user, endpoint), found by open addressing over the two ids. A row is 96 bytes side by side,
 * which are two cache lines wherever it begins: what costs an event most is waiting for memory. Rows of one user are
 * chained, so that a user can be shown, and forgotten, without a scan.
 */

import { clearRow, column, lineOfBytes, type Saved } from './columns.ts';

/** Fast windows: a count decays by 1/e in this time. The fourth window is the last hour, from the ring. */
export const decaysMs = [10_000, 60_000, 600_000] as const;
export const windowsMs = [10_000, 60_000, 600_000, 3_600_000] as const;
export const windowCount = windowsMs.length;
/** A closed slot is one observation of the baseline; six of them make the last hour. */
export const slotMs = 600_000;
export const ringSlots = 6;

/** Offsets of the numbers in a row of `Pairs.row`. */
export const at = {
  count: 0,
  peak: 4,
  mean: 8,
  spread: 12,
  slowPerMinute: 13,
  anchor: 14,
} as const;
const rowBytes = 96;
export const rowStride = rowBytes / 4;
/** Behind the numbers, in the width of each: samples and age (bytes), endpoint, ring (halves), time, total, chain, user and flags. */
const samplesAt = 60;
const ageAt = 61;
const endpointAt = 62;
const lastAtAt = 64;
const ringAt = 72;
const totalAt = 84;
const nextAt = 88;
const userAt = 92;
const flagsAt = 95;

/** What a row and a slot of the index can tell apart: three bytes of users and pairs, two of endpoints. */
export const capsMost = { usersMax: 2 ** 24 - 1, pairsMax: 2 ** 24 - 1, endpointsMax: 2 ** 16 - 1 } as const;

/** Flags of a pair. */
export const tainted = 1;
export const drifting = 2;
export const heavy = 4;
export const suspected = 8;
/** Has, or had, a row in `suspects.ts`: most have none, and are spared the look. */
export const watched = 16;
const inUse = 128;

export interface Pairs extends Saved {
  /** Counts, peaks, means and what else is a real number; `rowStride` apart. */
  readonly row: Float32Array;
  /** The same memory in the widths of the rest. */
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
  /** The index, two words a slot: user and upper byte of the endpoint; its lower byte and the row plus one. */
  readonly slots: Uint32Array;
  readonly hashSeed: number;
  readonly free: number[];
  live: number;
  /** Pairs removed so far. */
  removals: number;
  hand: number;
  readonly max: number;
}

export function createPairs(max: number, hashSeed: number): Pairs {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, max * 1.5)));
  const bytes = lineOfBytes(max * rowBytes);
  const { buffer, byteOffset } = bytes;
  return {
    row: new Float32Array(buffer, byteOffset, max * (rowBytes / 4)),
    bytes,
    halves: new Uint16Array(buffer, byteOffset, max * (rowBytes / 2)),
    words: new Uint32Array(buffer, byteOffset, max * (rowBytes / 4)),
    doubles: new Float64Array(buffer, byteOffset, max * (rowBytes / 8)),
    columns: [column('rows', bytes, rowBytes)],
    slots: new Uint32Array(capacity * 2),
    hashSeed,
    free: [],
    rows: 0,
    live: 0,
    removals: 0,
    hand: 0,
    max,
  };
}

/** Learned slots, at most 255. */
export const samplesOf = ({ bytes }: Pairs, pair: number): number => bytes[pair * rowBytes + samplesAt] ?? 0;
export function setSamples({ bytes }: Pairs, pair: number, samples: number): void {
  bytes[pair * rowBytes + samplesAt] = samples;
}

/** Slots since the first event, at most 255. */
export const ageOf = ({ bytes }: Pairs, pair: number): number => bytes[pair * rowBytes + ageAt] ?? 0;
export function setAge({ bytes }: Pairs, pair: number, slots: number): void {
  bytes[pair * rowBytes + ageAt] = Math.min(255, slots);
}

export const endpointOf = ({ halves }: Pairs, pair: number): number =>
  halves[pair * (rowBytes / 2) + endpointAt / 2] ?? 0;

/** Time of the latest event, ms since the epoch. */
export const lastAtOf = ({ doubles }: Pairs, pair: number): number =>
  doubles[pair * (rowBytes / 8) + lastAtAt / 8] ?? 0;
export function setLastAt({ doubles }: Pairs, pair: number, ts: number): void {
  doubles[pair * (rowBytes / 8) + lastAtAt / 8] = ts;
}

/** First of the six slots of the last hour in `Pairs.halves`, newest first: requests, at most 65,535. */
export const ringOf = (pair: number): number => pair * (rowBytes / 2) + ringAt / 2;

/** Every event, once. */
export const totalOf = ({ words }: Pairs, pair: number): number =>
  words[pair * (rowBytes / 4) + totalAt / 4] ?? 0;
export function countTotal({ words }: Pairs, pair: number): void {
  const cell = pair * (rowBytes / 4) + totalAt / 4;
  words[cell] = (words[cell] ?? 0) + 1;
}

/** Next pair of the same user, plus one; 0 ends the chain. */
export const nextOf = ({ words }: Pairs, pair: number): number =>
  words[pair * (rowBytes / 4) + nextAt / 4] ?? 0;
export function setNext({ words }: Pairs, pair: number, link: number): void {
  words[pair * (rowBytes / 4) + nextAt / 4] = link;
}

export const userOf = ({ words }: Pairs, pair: number): number =>
  (words[pair * (rowBytes / 4) + userAt / 4] ?? 0) & 0xffffff;

export const hasFlag = ({ bytes }: Pairs, pair: number, flag: number): boolean =>
  ((bytes[pair * rowBytes + flagsAt] ?? 0) & flag) !== 0;
export function raiseFlag({ bytes }: Pairs, pair: number, flag: number): void {
  const cell = pair * rowBytes + flagsAt;
  bytes[cell] = (bytes[cell] ?? 0) | flag;
}
export function lowerFlag({ bytes }: Pairs, pair: number, flag: number): void {
  const cell = pair * rowBytes + flagsAt;
  bytes[cell] = (bytes[cell] ?? 0) & ~flag;
}

export const isUsed = (pairs: Pairs, pair: number): boolean => hasFlag(pairs, pair, inUse);

/** Mixes the two ids (Fibonacci hashing, Knuth vol. 3, 6.4) into an even slot. */
function homeOf({ hashSeed, slots }: Pairs, user: number, endpoint: number): number {
  const mixed = Math.imul((user + hashSeed) | 0, 0x9e3779b1) ^ Math.imul(endpoint + 0x7f4a7c15, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) << 1) & (slots.length - 1);
}

const firstWord = (user: number, endpoint: number): number => ((user << 8) | (endpoint >>> 8)) >>> 0;

/** -1 when the pair has no row. The slot tells both ids, so no row is looked at in vain. */
export function findPair(pairs: Pairs, user: number, endpoint: number): number {
  const { slots } = pairs;
  const mask = slots.length - 1;
  const first = firstWord(user, endpoint);
  const lower = endpoint & 255;
  for (let slot = homeOf(pairs, user, endpoint); ; slot = (slot + 2) & mask) {
    const entry = slots[slot + 1] ?? 0;
    if (entry === 0) return -1;
    if (slots[slot] === first && entry >>> 24 === lower) return (entry & 0xffffff) - 1;
  }
}

/** Reads of the slot and of both ends of the row, so that they are near when they are asked for. */
export const touchPairSlot = (pairs: Pairs, user: number, endpoint: number): number =>
  pairs.slots[homeOf(pairs, user, endpoint)] ?? 0;
export const touchPair = ({ words }: Pairs, pair: number): number =>
  (words[pair * rowStride] ?? 0) + (words[pair * rowStride + rowStride - 1] ?? 0);

/** -1 when the table is full. The caller chains the row to its user. */
export function addPair(pairs: Pairs, user: number, endpoint: number): number {
  const pair = pairs.free.pop() ?? (pairs.rows < pairs.max ? pairs.rows++ : -1);
  if (pair < 0) return -1;
  pairs.words[pair * (rowBytes / 4) + userAt / 4] = user;
  pairs.halves[pair * (rowBytes / 2) + endpointAt / 2] = endpoint;
  raiseFlag(pairs, pair, inUse);
  pairs.live++;
  place(pairs, pair);
  return pair;
}

function place(pairs: Pairs, pair: number): void {
  const { slots } = pairs;
  const mask = slots.length - 1;
  const user = userOf(pairs, pair);
  const endpoint = endpointOf(pairs, pair);
  let slot = homeOf(pairs, user, endpoint);
  while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
  slots[slot] = firstWord(user, endpoint);
  slots[slot + 1] = ((endpoint & 255) << 24) | (pair + 1);
}

/** Frees the row. The caller has taken it out of its user's chain. */
export function removePair(pairs: Pairs, pair: number): void {
  const { slots } = pairs;
  const mask = slots.length - 1;
  const rowAt = (slot: number): number => ((slots[slot + 1] ?? 0) & 0xffffff) - 1;
  const homeAt = (slot: number): number =>
    homeOf(pairs, userOf(pairs, rowAt(slot)), endpointOf(pairs, rowAt(slot)));
  let hole = homeOf(pairs, userOf(pairs, pair), endpointOf(pairs, pair));
  while (rowAt(hole) !== pair) hole = (hole + 2) & mask;
  // Backward shift deletion: no tombstones, so look-ups stay short however often names come and go.
  for (let slot = (hole + 2) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
    if (((slot - homeAt(slot)) & mask) < ((slot - hole) & mask)) continue;
    slots[hole] = slots[slot] ?? 0;
    slots[hole + 1] = slots[slot + 1] ?? 0;
    hole = slot;
  }
  slots[hole + 1] = 0;
  clearRow(pairs.columns, pair);
  pairs.free.push(pair);
  pairs.live--;
  pairs.removals++;
}

/** After the rows and the free list were filled from a snapshot. */
export function indexPairs(pairs: Pairs): void {
  for (let pair = 0; pair < pairs.rows; pair++) {
    if (isUsed(pairs, pair)) {
      place(pairs, pair);
      pairs.live++;
    }
  }
}
