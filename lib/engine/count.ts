/**
 * Counts one request of a pair, in the pair's own time: a batch that arrives an hour late is learned as the hour it
 * was, and no sender can move the clock of another pair.
 */

import { closeSlot, type SlotOwner } from './baseline.ts';
import { hasVote, vote } from './cohort.ts';
import {
  at,
  countTotal,
  decaysMs,
  lastAtOf,
  type Pairs,
  ringOf,
  ringSlots,
  rowStride,
  setLastAt,
  slotMs,
  totalOf,
  userOf,
} from './pairs.ts';
import { sixth, tenth } from './powers.ts';
import { countVisit } from './rush.ts';
import { shareVote } from './share.ts';
import type { EngineState, Observation } from './state.ts';
import { countLearned, firstAtOf, learnedOf } from './users.ts';

/** The engine's time may lie this far behind a pair's before the pair's clock is taken to have been wrong. */
const clockSlackMs = 300_000;

export function countPair(state: EngineState, { pair, ts, nowMs }: Observation): void {
  const { pairs } = state;
  const isNew = totalOf(pairs, pair) === 0;
  if (isNew || nowMs < lastAtOf(pairs, pair) - clockSlackMs) setLastAt(pairs, pair, ts);
  const waitedMs = ts - lastAtOf(pairs, pair);
  if (waitedMs >= 0) {
    const isFirst = advance(state, pair, ts) || isNew;
    countNow(pairs, pair);
    if (isFirst) countVisit(state, pair);
  } else countLate(pairs, pair, ts, -waitedMs);
  countTotal(pairs, pair);
}

/** Brings a pair to `ts`: closes the slots between, and lets its counts decay. @returns whether another slot began */
function advance(state: EngineState, pair: number, ts: number): boolean {
  const { pairs } = state;
  const before = lastAtOf(pairs, pair);
  const slotsPassed = Math.floor(ts / slotMs) - Math.floor(before / slotMs);
  if (slotsPassed > 0 && closeSlot(pairs, pair, slotsPassed, ownerOf(state, pair, ts))) {
    const user = userOf(pairs, pair);
    countLearned(state.users, user);
    if (hasVote(pairs, pair)) vote(pairs, state.endpoints, pair, shareVote(state, pair));
  }
  const waitedMs = ts - before;
  if (waitedMs <= 0) return false;
  const row = pair * rowStride + at.count;
  const cells = pairs.row;
  // The decay times are 10 min, a tenth of it and a sixth of that: one exponential serves all three.
  const slow = Math.exp(-waitedMs / decaysMs[2]);
  const middle = tenth(slow);
  cells[row] = (cells[row] ?? 0) * sixth(middle);
  cells[row + 1] = (cells[row + 1] ?? 0) * middle;
  cells[row + 2] = (cells[row + 2] ?? 0) * slow;
  setLastAt(pairs, pair, ts);
  return slotsPassed > 0;
}

/** A user is young until one whole day was seen of it: nightly jobs come once a day. */
const youngMs = 26 * 3_600_000;
/** A user with this many slots of history, over all its pairs, is settled after this long. */
const settledSlots = 12;
const settledMs = 8 * 3_600_000;

const owner: SlotOwner = { isYoung: false, isSettled: false };

function ownerOf({ users, pairs }: EngineState, pair: number, ts: number): SlotOwner {
  const user = userOf(pairs, pair);
  const ageMs = ts - firstAtOf(users, user);
  owner.isYoung = ageMs < youngMs;
  owner.isSettled = ageMs > settledMs && learnedOf(users, user) >= settledSlots;
  return owner;
}

function countNow(pairs: Pairs, pair: number): void {
  const row = pair * rowStride;
  const cells = pairs.row;
  for (let window = 0; window < 4; window++) {
    const count = (cells[row + at.count + window] ?? 0) + 1;
    cells[row + at.count + window] = count;
    if (count > (cells[row + at.peak + window] ?? 0)) cells[row + at.peak + window] = count;
  }
  addToRing(pairs, pair, 0);
}

/** A late event counts for what would be left of it by now. */
function countLate(pairs: Pairs, pair: number, ts: number, lateMs: number): void {
  const row = pair * rowStride;
  const cells = pairs.row;
  for (const [window, decayMs] of decaysMs.entries()) {
    const cell = row + at.count + window;
    cells[cell] = (cells[cell] ?? 0) + Math.exp(-lateMs / decayMs);
  }
  const slotsLate = Math.floor(lastAtOf(pairs, pair) / slotMs) - Math.floor(ts / slotMs);
  if (slotsLate >= ringSlots) return;
  addToRing(pairs, pair, slotsLate);
  cells[row + at.count + 3] = (cells[row + at.count + 3] ?? 0) + 1;
}

function addToRing(pairs: Pairs, pair: number, slotsLate: number): void {
  const cell = ringOf(pair) + slotsLate;
  const count = pairs.halves[cell] ?? 0;
  if (count < 65_535) pairs.halves[cell] = count + 1;
}

/** A decayed count as it would be at `nowMs`, without touching the pair. */
export function countAtTime(pairs: Pairs, pair: number, window: 0 | 1 | 2, nowMs: number): number {
  const waitedMs = Math.max(0, nowMs - lastAtOf(pairs, pair));
  return (pairs.row[pair * rowStride + at.count + window] ?? 0) * Math.exp(-waitedMs / decaysMs[window]);
}
