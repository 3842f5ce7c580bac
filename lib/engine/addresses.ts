/**
 * The addresses (or, where an event has none, the users) that failed somewhere: what they asked for in the last
 * minutes and how it ended. Only failures make a row, so well-behaved callers cost nothing here.
 */

import { clearRow, column, type Saved } from './columns.ts';
import type { Names } from './names.ts';
import { distinct, mark } from './sketch.ts';

/** Counts decay by 1/e in this time: long enough for slow guessing, short enough to forgive by the evening. */
const failureDecayMs = 3_600_000;
/** Scans are faster than that, and crawlers with stale links slower. */
const unknownDecayMs = 900_000;
/** With less than this left of a count, its sketch starts anew: below 1, so that the first of a series is not lost. */
const leftMin = 0.5;

export interface Addresses extends Saved {
  readonly names: Names;
  readonly lastAt: Float64Array;
  /** Decayed: all requests, sign-in failures, unknown paths, tries at the endpoint of the failures. */
  readonly counts: Float32Array;
  /** Sketches: failing users, unknown paths, all users. */
  readonly sketches: Uint32Array;
  /** Endpoint of the last sign-in failure. */
  readonly endpoint: Uint32Array;
  hand: number;
  readonly max: number;
}

export const addressAt = { requests: 0, failures: 1, unknown: 2, tries: 3 } as const;
export const sketchAt = { failingUsers: 0, unknownPaths: 2, users: 4 } as const;
const countStride = 4;
const sketchStride = 6;

export function createAddresses(names: Names): Addresses {
  const { max } = names;
  const lastAt = new Float64Array(max);
  const counts = new Float32Array(max * countStride);
  const sketches = new Uint32Array(max * sketchStride);
  const endpoint = new Uint32Array(max);
  const columns = [
    column('lastAt', lastAt),
    column('counts', counts, countStride),
    column('sketches', sketches, sketchStride),
    column('endpoint', endpoint),
  ];
  return { names, lastAt, counts, sketches, endpoint, columns, rows: 0, hand: 0, max };
}

/** Makes a row, if need be of an address that has been quiet for long. -1 when all are busy. */
export function addAddress(addresses: Addresses, name: string, ts: number): number {
  let row = addresses.names.add(name);
  if (row < 0) {
    makeRoom(addresses, ts);
    row = addresses.names.add(name);
    if (row < 0) return -1;
  }
  clearRow(addresses.columns, row);
  addresses.lastAt[row] = ts;
  addresses.rows = addresses.names.end;
  return row;
}

/** Looks at a few rows, in turn, and forgets the one that says least. */
function makeRoom(addresses: Addresses, ts: number): void {
  let victim = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let looked = 0; looked < 16; looked++) {
    addresses.hand = (addresses.hand + 1) % addresses.max;
    const row = addresses.hand;
    if (!addresses.names.has(row)) continue;
    const decay = Math.exp(-Math.max(0, ts - (addresses.lastAt[row] ?? 0)) / failureDecayMs);
    const weight =
      decay * (countOf(addresses, row, addressAt.failures) + countOf(addresses, row, addressAt.unknown));
    if (weight < least) {
      least = weight;
      victim = row;
    }
  }
  if (victim >= 0 && least < 3) addresses.names.release(victim);
}

export const countOf = (addresses: Addresses, row: number, which: number): number =>
  addresses.counts[row * countStride + which] ?? 0;

export function addCount(addresses: Addresses, row: number, which: number): void {
  const cell = row * countStride + which;
  addresses.counts[cell] = (addresses.counts[cell] ?? 0) + 1;
}

/** Brings a row to `ts`; once little is left, the sketches start anew. */
export function ageAddress(addresses: Addresses, row: number, ts: number): void {
  const waitedMs = ts - (addresses.lastAt[row] ?? 0);
  if (waitedMs <= 0) return;
  addresses.lastAt[row] = ts;
  const slow = Math.exp(-waitedMs / failureDecayMs);
  const fast = Math.exp(-waitedMs / unknownDecayMs);
  const { counts } = addresses;
  const cell = row * countStride;
  counts[cell + addressAt.failures] = (counts[cell + addressAt.failures] ?? 0) * slow;
  counts[cell + addressAt.tries] = (counts[cell + addressAt.tries] ?? 0) * slow;
  counts[cell + addressAt.requests] = (counts[cell + addressAt.requests] ?? 0) * fast;
  counts[cell + addressAt.unknown] = (counts[cell + addressAt.unknown] ?? 0) * fast;
  if ((counts[cell + addressAt.failures] ?? 0) < leftMin) forget(addresses, row, sketchAt.failingUsers);
  if ((counts[cell + addressAt.unknown] ?? 0) < leftMin) forget(addresses, row, sketchAt.unknownPaths);
  if ((counts[cell + addressAt.requests] ?? 0) < leftMin) forget(addresses, row, sketchAt.users);
}

function forget(addresses: Addresses, row: number, which: number): void {
  addresses.sketches.fill(0, row * sketchStride + which, row * sketchStride + which + 2);
}

export function markAddress(addresses: Addresses, row: number, which: number, hash: number): void {
  mark(addresses.sketches, row * sketchStride + which, hash);
}

export const distinctOf = (addresses: Addresses, row: number, which: number): number =>
  distinct(addresses.sketches, row * sketchStride + which);
