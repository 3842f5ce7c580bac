/**
 * Tokens in use at an address that their user is not known at. Three things tell a thief from a phone that changed its
 * network: requests from both addresses alternate faster than networks change; the calls are others than the user's
 * usual ones; and the device differs. Each is a log-likelihood ratio, and a running sum of them stays small by chance
 * (Ville's inequality; Wald, Sequential Analysis, 1947, for the form).
 */

import { column } from './columns.ts';
import { surge } from './crowd.ts';
import { findPlace, leavePlace, type Places, placesFor, renewPlace } from './places.ts';
import { usualPerHour, usualShare } from './share.ts';
import type { EngineState, Observation } from './state.ts';
import { countNats } from './tail.ts';
import { outageShare } from './traffic.ts';
import { firstAtOf, isWatched, setWatched } from './users.ts';

export interface Strangers extends Places {
  readonly address: Uint32Array;
  readonly token: Uint32Array;
  readonly firstAt: Float64Array;
  /** Requests from the address; evidence of alternation, of other calls, of another device. */
  readonly counts: Float32Array;
  /** Endpoints that were called from the address, plus one, and how often. */
  readonly calls: Uint32Array;
  /** 1 where the last request with the token came from the stranger. */
  readonly isLast: Uint8Array;
}

export const strangerCount = { requests: 0, alternation: 1, calls: 2, device: 3 } as const;
const stride = 4;
const callsKept = 6;

/** A stranger is forgotten after this long without a request, and known after this long without evidence. */
const idleMs = 1_800_000;
const knownAfterMs = 7_200_000;
/** Evidence beyond which an address does not become known by itself. */
const knownNatsMax = 6;
/** A phone changes its network about this often at most, while in use. */
const networkMs = 120_000;
/** How often requests change sides when two parties use one token at once. */
const sideShare = 0.3;
/** A pause longer than this says nothing about alternation. */
const pauseMs = 60_000;
/** Most that one request, and all requests, may say about the mix of calls. */
const callNatsMax = 2.5;
const callsNatsMax = 9;
/** Requests' worth of belief that the stranger calls what the user does. */
const usualWeight = 1.5;
const deviceNats = 4;
/** A busy hour of an unusual kind, in sessions: requests that belong together. */
const sessionRequests = 10;
const sessionShape = 1;
const volumeNatsMax = 5;
/** Evidence is forgotten by 1/e in this time, so that an address that calmed down is let in again. */
const evidenceMs = 3_600_000;

export function createStrangers(max: number): Strangers {
  const rows = placesFor(max);
  const keys = new Uint32Array(rows);
  const lastAt = new Float64Array(rows);
  const address = new Uint32Array(rows);
  const token = new Uint32Array(rows);
  const firstAt = new Float64Array(rows);
  const counts = new Float32Array(rows * stride);
  const calls = new Uint32Array(rows * callsKept * 2);
  const isLast = new Uint8Array(rows);
  const columns = [
    column('keys', keys),
    column('lastAt', lastAt),
    column('address', address),
    column('token', token),
    column('firstAt', firstAt),
    column('counts', counts, stride),
    column('calls', calls, callsKept * 2),
    column('isLast', isLast),
  ];
  return { keys, lastAt, address, token, firstAt, counts, calls, isLast, columns, rows };
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

/** Whether a user's token is in calm use at an address that is not known yet. */
export function isCalmStranger(state: EngineState, user: number, address: number): boolean {
  const row = findStranger(state, user);
  return row >= 0 && state.strangers.address[row] === address && strangerNats(state, row) < knownNatsMax;
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
  if (row >= 0 && !isActive(strangers, row, ts) && strangerNats(state, row) > knownNatsMax) row = -1;
  if (row < 0) {
    row = renewPlace(strangers, user, ts);
    setWatched(state.users, user);
    strangers.address[row] = address;
    strangers.firstAt[row] = ts;
    strangers.isLast[row] = 1;
    const isOther = device !== 0 && device !== clientOf(state, seen);
    strangers.counts[row * stride + strangerCount.device] = isOther ? deviceNats : 0;
  } else judgeAlternation(strangers, row, ts, 1);
  strangers.token[row] = token;
  judgeCall(state, row, seen);
  strangers.counts[row * stride] = (strangers.counts[row * stride] ?? 0) + 1;
  const isOld = ts - (strangers.firstAt[row] ?? 0) > knownAfterMs;
  if (!isOld || strangerNats(state, row) > knownNatsMax) return false;
  leavePlace(strangers, row);
  return true;
}

/** Two networks of one phone: the chance of a change within a gap is 1 - e^(-gap/networkMs). Two parties: `sideShare`. */
function judgeAlternation(strangers: Strangers, row: number, ts: number, side: 0 | 1): void {
  const gapMs = Math.max(20, ts - (strangers.lastAt[row] ?? 0));
  const changed = strangers.isLast[row] !== side;
  strangers.isLast[row] = side;
  strangers.lastAt[row] = Math.max(ts, strangers.lastAt[row] ?? 0);
  const { counts } = strangers;
  const decay = Math.exp(-gapMs / evidenceMs);
  for (let sum = row * stride + 1; sum < (row + 1) * stride; sum++) counts[sum] = (counts[sum] ?? 0) * decay;
  if (gapMs > pauseMs) return;
  const nats = changed
    ? Math.max(0, Math.log(sideShare / (1 - Math.exp(-gapMs / networkMs))))
    : Math.log(1 - sideShare) + gapMs / networkMs;
  const cell = row * stride + strangerCount.alternation;
  counts[cell] = Math.max(0, (counts[cell] ?? 0) + Math.min(4, nats));
}

/** The next call, as the stranger's own habits so far predict it, against the user's habits (a plug-in likelihood). */
function judgeCall(state: EngineState, row: number, { pair, endpoint }: Observation): void {
  if (pair < 0) return;
  const { counts, calls } = state.strangers;
  // What the whole crowd does now is not odd for one of it.
  const usual = Math.min(0.9, usualShare(state, pair) * Math.max(1, surge(state, endpoint)) ** 2);
  const requests = counts[row * stride] ?? 0;
  let cell = row * callsKept * 2;
  const end = cell + callsKept * 2;
  while (cell < end && calls[cell] !== 0 && calls[cell] !== endpoint + 1) cell += 2;
  const before = cell < end ? (calls[cell + 1] ?? 0) : 0;
  const own = (before + usualWeight * usual) / (requests + usualWeight);
  const nats = Math.max(-callNatsMax, Math.min(callNatsMax, Math.log(own / usual)));
  const calm = Math.max(0, 1 - 4 * outageShare(state.traffic));
  const sum = row * stride + strangerCount.calls;
  counts[sum] = Math.max(-callNatsMax, Math.min(callsNatsMax, (counts[sum] ?? 0) + nats * calm));
  if (cell >= end) return;
  calls[cell] = endpoint + 1;
  calls[cell + 1] = before + 1;
}

/** All that speaks against the stranger. */
export function strangerNats(state: EngineState, row: number): number {
  const { counts, keys, firstAt, lastAt } = state.strangers;
  const base = row * stride;
  const user = (keys[row] ?? 1) - 1;
  const hours = Math.max(0.1, ((lastAt[row] ?? 0) - (firstAt[row] ?? 0)) / 3_600_000);
  const expected = 0.3 + (usualPerHour(state, user) * hours) / sessionRequests;
  const volume = countNats((counts[base] ?? 0) / sessionRequests, expected, sessionShape);
  return (
    (counts[base + strangerCount.alternation] ?? 0) +
    (counts[base + strangerCount.calls] ?? 0) +
    (counts[base + strangerCount.device] ?? 0) +
    Math.min(volumeNatsMax, volume)
  );
}

export const strangerSays = ({ counts }: Strangers, row: number, which: number): number =>
  counts[row * stride + which] ?? 0;

/** Never 0, which is an empty cell. */
export const hashOf = ({ hash }: EngineState, text: string): number => (hash(text) | 1) >>> 0;

/** What else a request tells about the caller's device. */
export function clientOf(state: EngineState, { event }: Observation): number {
  return hashOf(state, `${event.ua ?? ''}\n${event.country ?? ''}`);
}
