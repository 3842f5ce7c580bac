/**
 * Pairs that are looked at more closely, because something about their answers was unusual: things asked for that are
 * not there or not theirs, or answers that cost much. Only such pairs have a row, so well-behaved callers cost nothing here.
 */

import { column } from './columns.ts';
import { hasFlag, raiseFlag, userOf, watched } from './pairs.ts';
import { findPlace, type Places, placesFor, takePlace } from './places.ts';
import type { EngineState } from './state.ts';
import { firstAtOf } from './users.ts';

/** Counts decay by 1/e in this time: a session, not a day. */
export const suspectDecayMs = 600_000;
/** Answers count no more than this many: past guilt fades as fast as small guilt. */
const answersMax = 20;

export interface Suspects extends Places {
  /** Decayed: answers, and misses among them; heavy answers, and what they cost in ordinary ones. */
  readonly counts: Float32Array;
  /** Linear counting sketch of the things that were missed, 64 bits. */
  readonly missed: Uint32Array;
}

export const suspectAt = { answers: 0, misses: 1, heavy: 2, time: 3, size: 4 } as const;
const stride = 5;

export function createSuspects(max: number): Suspects {
  const rows = placesFor(max);
  const keys = new Uint32Array(rows);
  const lastAt = new Float64Array(rows);
  const counts = new Float32Array(rows * stride);
  const missed = new Uint32Array(rows * 2);
  const columns = [
    column('keys', keys),
    column('lastAt', lastAt),
    column('counts', counts, stride),
    column('missed', missed, 2),
  ];
  return { keys, lastAt, counts, missed, columns, rows };
}

/** -1 when the pair is no suspect, or was one in the life of another user with this id. */
export function findSuspect({ suspects, users, pairs }: EngineState, pair: number): number {
  if (!hasFlag(pairs, pair, watched)) return -1;
  const row = findPlace(suspects, pair);
  if (row < 0) return -1;
  return (suspects.lastAt[row] ?? 0) < firstAtOf(users, userOf(pairs, pair)) ? -1 : row;
}

/** The pair's row, brought to `ts`. */
export function takeSuspect(state: EngineState, pair: number, ts: number): number {
  const { suspects } = state;
  const known = findSuspect(state, pair);
  const row = known >= 0 ? known : takePlace(suspects, pair, ts);
  if (known < 0) raiseFlag(state.pairs, pair, watched);
  const waitedMs = ts - (suspects.lastAt[row] ?? 0);
  if (waitedMs <= 0) return row;
  suspects.lastAt[row] = ts;
  const decay = Math.exp(-waitedMs / suspectDecayMs);
  for (let cell = row * stride; cell < (row + 1) * stride; cell++) {
    suspects.counts[cell] = (suspects.counts[cell] ?? 0) * decay;
  }
  if ((suspects.counts[row * stride + suspectAt.misses] ?? 0) < 0.5)
    suspects.missed.fill(0, row * 2, row * 2 + 2);
  return row;
}

export const suspectCount = ({ counts }: Suspects, row: number, which: number): number =>
  counts[row * stride + which] ?? 0;

export function addToSuspect({ counts }: Suspects, row: number, which: number, amount: number): void {
  const cell = row * stride + which;
  counts[cell] = (counts[cell] ?? 0) + amount;
}

export function boundSuspect({ counts }: Suspects, row: number): void {
  const answers = counts[row * stride] ?? 0;
  if (answers <= answersMax) return;
  for (const which of [suspectAt.answers, suspectAt.misses]) {
    counts[row * stride + which] = (counts[row * stride + which] ?? 0) * (answersMax / answers);
  }
}
