/**
 * Addresses where people sign in well: an office, a carrier's network. Somebody who is new at one of them is no stranger,
 * unless the address guesses. Two Bloom filters (Bloom 1970, Space/time trade-offs in hash coding) of at most 1 false
 * answer in 70 each: what was seen lately, and before that. They hold no names, and cost the same however many there are.
 */

import { addressAt, ageAddress, countOf } from './addresses.ts';
import { column, type Saved } from './columns.ts';
import { normalFailShare } from './sign-ins.ts';
import type { EngineState, Observation } from './state.ts';
import { shareNats } from './tail.ts';

export interface Standing extends Saved {
  readonly lately: Uint32Array;
  readonly before: Uint32Array;
  /** When `lately` was begun, and how many addresses are in it. */
  since: number;
  marked: number;
  readonly max: number;
}

const bitsPerAddress = 16;
/** A filter is put aside when it is this old, or full. */
const lastsMs = 7 * 86_400_000;
/** e^-4: an address whose failures are this surprising is trusted no more. */
const doubtNats = 4;

export function createStanding(max: number): Standing {
  const rows = 2 ** Math.ceil(Math.log2(Math.max(2, (max * bitsPerAddress) / 32)));
  const lately = new Uint32Array(rows);
  const before = new Uint32Array(rows);
  const columns = [column('lately', lately), column('before', before)];
  return { lately, before, since: 0, marked: 0, max, columns, rows };
}

/** Two bits of a filter, from the two halves of a product with a 64-bit-like spread of the hash. */
const bitsOf = ({ rows }: Standing, hash: number): [number, number] => {
  const mask = rows * 32 - 1;
  return [hash & mask, (Math.imul(hash, 0x9e3779b1) >>> 5) & mask];
};

const has = (words: Uint32Array, bit: number): boolean => ((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;

/** Somebody signed in well from an address, while nobody guesses. */
export function markStanding(standing: Standing, hash: number, ts: number): void {
  const bits = bitsOf(standing, hash);
  if (bits.every((bit) => has(standing.lately, bit))) return;
  if (standing.marked >= standing.max || ts - standing.since > lastsMs) {
    standing.before.set(standing.lately);
    standing.lately.fill(0);
    standing.since = ts;
    standing.marked = 0;
  }
  for (const bit of bits) standing.lately[bit >>> 5] = (standing.lately[bit >>> 5] ?? 0) | (1 << (bit & 31));
  standing.marked++;
}

/** Whether others have signed in well from the address of an event, and few fail there now. */
export function isOfStanding(state: EngineState, { event, endpoint, ts }: Observation): boolean {
  const { standing, addresses } = state;
  if (event.ip === undefined) return false;
  const bits = bitsOf(standing, state.hash(event.ip));
  const { lately, before } = standing;
  if (!bits.every((bit) => has(lately, bit)) && !bits.every((bit) => has(before, bit))) return false;
  const address = addresses.names.find(event.ip);
  if (address < 0 || addresses.endpoint[address] !== endpoint) return true;
  ageAddress(addresses, address, ts);
  const failures = countOf(addresses, address, addressAt.failures);
  const tries = Math.max(failures, countOf(addresses, address, addressAt.tries));
  return failures === 0 || shareNats(failures, tries, normalFailShare(state, endpoint)) < doubtNats;
}
