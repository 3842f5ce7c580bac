/**
 * The table of strangers: addresses where a user's token is in use and the user is not known. `stranger-watch.ts` says
 * who gets in and out, `stranger-evidence.ts` what speaks against them.
 */

import { column } from './columns.ts';
import { findPlace, type Places, placesFor } from './places.ts';
import type { EngineState, Observation } from './state.ts';
import { firstAtOf, isWatched } from './users.ts';

export interface Strangers extends Places {
  readonly address: Uint32Array;
  readonly token: Uint32Array;
  readonly firstAt: Float64Array;
  /** Requests from the address; evidence of alternation, of other calls, of another device; visits. */
  readonly counts: Float32Array;
  /** The user when the stranger came: requests of a day, and of a usual hour. */
  readonly habits: Float32Array;
  /** Endpoints that were called from the address, plus one, and how often. */
  readonly calls: Uint32Array;
  /** The share that each of them usually has of the user's requests. */
  readonly shares: Float32Array;
  /** 1 where the last request with the token came from the stranger. */
  readonly isLast: Uint8Array;
}

export const strangerCount = { requests: 0, alternation: 1, calls: 2, device: 3, visits: 4 } as const;
export const strangerStride = 5;
export const habitAt = { requests: 0, perHour: 1 } as const;
export const habitStride = 2;
export const callsKept = 6;

/** A stranger is forgotten after this long without a request. */
export const idleMs = 1_800_000;

export function createStrangers(max: number): Strangers {
  const rows = placesFor(max);
  const keys = new Uint32Array(rows);
  const lastAt = new Float64Array(rows);
  const address = new Uint32Array(rows);
  const token = new Uint32Array(rows);
  const firstAt = new Float64Array(rows);
  const counts = new Float32Array(rows * strangerStride);
  const habits = new Float32Array(rows * habitStride);
  const calls = new Uint32Array(rows * callsKept * 2);
  const shares = new Float32Array(rows * callsKept);
  const isLast = new Uint8Array(rows);
  const columns = [
    column('keys', keys),
    column('lastAt', lastAt),
    column('address', address),
    column('token', token),
    column('firstAt', firstAt),
    column('counts', counts, strangerStride),
    column('habits', habits, habitStride),
    column('calls', calls, callsKept * 2),
    column('shares', shares, callsKept),
    column('isLast', isLast),
  ];
  return { keys, lastAt, address, token, firstAt, counts, habits, calls, shares, isLast, columns, rows };
}

/** -1 when nobody is watched for the user. */
export function findStranger({ strangers, users }: EngineState, user: number): number {
  if (!isWatched(users, user)) return -1;
  const row = findPlace(strangers, user);
  return row < 0 || (strangers.lastAt[row] ?? 0) < firstAtOf(users, user) ? -1 : row;
}

/** Whether the stranger was there a moment ago. */
export const isActive = ({ lastAt }: Strangers, row: number, ts: number): boolean =>
  ts - (lastAt[row] ?? 0) <= idleMs;

export const strangerSays = ({ counts }: Strangers, row: number, which: number): number =>
  counts[row * strangerStride + which] ?? 0;

export function addOne({ counts }: Strangers, row: number, which: number): void {
  counts[row * strangerStride + which] = (counts[row * strangerStride + which] ?? 0) + 1;
}

/** Never 0, which is an empty cell. */
export const cellHash = (hashed: number): number => (hashed | 1) >>> 0;
export const hashOf = ({ hash }: EngineState, text: string): number => cellHash(hash(text));

/** What else a request tells about the caller's device. */
export function clientOf(state: EngineState, { event }: Observation): number {
  return hashOf(state, `${event.ua ?? ''}\n${event.country ?? ''}`);
}
