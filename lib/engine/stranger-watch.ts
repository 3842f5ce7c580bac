/**
 * Who is watched as a stranger: an unknown address with a user's token, until it has been calm for so long that it is
 * taken for the user's own. One at a time for each user; the first that is busy keeps the place.
 */

import { leavePlace, renewPlace } from './places.ts';
import { pastOfUserAt } from './share.ts';
import type { EngineState, Observation } from './state.ts';
import { judgeAlternation, judgeCall, strangerNats } from './stranger-evidence.ts';
import {
  addOne,
  clientOf,
  findStranger,
  habitAt,
  habitStride,
  idleMs,
  isActive,
  strangerCount,
  strangerStride as stride,
} from './strangers.ts';
import { firstAtOf, setWatched } from './users.ts';

/** A stranger is known after this long without evidence. */
const knownAfterMs = 7_200_000;
/** Evidence beyond which an address does not become known by itself. */
const knownNatsMax = 6;
const deviceNats = 4;
/** Whoever pauses for longer than this comes again: a page that is opened, a script that sleeps. */
const visitMs = 20_000;
const hourMs = 3_600_000;

/** Whether a user's token is in calm use at an address that is not known yet. */
export function isCalmStranger(state: EngineState, user: number, address: number): boolean {
  const row = findStranger(state, user);
  return (
    row >= 0 && state.strangers.address[row] === address && strangerNats(state.strangers, row) < knownNatsMax
  );
}

/** A request from a known address, with a token that a stranger may be using. */
export function watchKnown(state: EngineState, { user, ts }: Observation, token: number): void {
  const { strangers } = state;
  const row = findStranger(state, user);
  if (row >= 0 && strangers.token[row] === token && isActive(strangers, row, ts))
    judgeAlternation(strangers, row, ts, 0);
}

/** A request from an unknown address. @returns true when the address may be taken for known from now on */
export function watchStranger(
  state: EngineState,
  seen: Observation,
  { address, token, device }: { address: number; token: number; device: number },
): boolean {
  const { strangers } = state;
  const { user, ts } = seen;
  let row = findStranger(state, user);
  if (row >= 0 && strangers.address[row] !== address) {
    const quietMs = ts - (strangers.lastAt[row] ?? 0);
    if (quietMs < idleMs / 3 && (strangers.counts[row * stride] ?? 0) >= 3) return false;
    row = -1;
  }
  if (row >= 0 && !isActive(strangers, row, ts) && strangerNats(strangers, row) > knownNatsMax) row = -1;
  if (row < 0) row = beginWatch(state, seen, address, device);
  else {
    if (ts - (strangers.lastAt[row] ?? 0) > visitMs) addOne(strangers, row, strangerCount.visits);
    judgeAlternation(strangers, row, ts, 1);
  }
  strangers.token[row] = token;
  judgeCall(state, row, seen);
  addOne(strangers, row, strangerCount.requests);
  const isOld = ts - (strangers.firstAt[row] ?? 0) > knownAfterMs;
  if (!isOld || strangerNats(strangers, row) > knownNatsMax) return false;
  leavePlace(strangers, row);
  return true;
}

function beginWatch(state: EngineState, seen: Observation, address: number, device: number): number {
  const { strangers, users } = state;
  const { user, ts } = seen;
  const row = renewPlace(strangers, user, ts);
  setWatched(users, user);
  strangers.address[row] = address;
  strangers.firstAt[row] = ts;
  strangers.isLast[row] = 1;
  const isOther = device !== 0 && device !== clientOf(state, seen);
  strangers.counts[row * stride + strangerCount.device] = isOther ? deviceNats : 0;
  strangers.counts[row * stride + strangerCount.visits] = 1;
  const past = pastOfUserAt(state, user, ts);
  const hours = Math.max(1, Math.min(24, (ts - firstAtOf(users, user)) / hourMs));
  strangers.habits[row * habitStride + habitAt.requests] = past;
  strangers.habits[row * habitStride + habitAt.perHour] = past / hours;
  return row;
}
