/**
 * Tokens in use at an address that their user is not known at. Four things tell a thief from a phone that changed its
 * network: requests from both addresses alternate faster than networks change; the calls are others than the user's
 * usual ones; they come again and again where the user comes now and then; and the device differs. Each is a
 * log-likelihood ratio, and a running sum of them stays small by chance (Ville's inequality; Wald, Sequential Analysis,
 * 1947, for the form). What is usual is what was so when the stranger came: whoever uses a token for ten minutes is
 * part of its user's baseline, and must not be compared with itself.
 */

import { crowdAt } from './crowd.ts';
import { at, rowStride } from './pairs.ts';
import { habitWeight, usualShare } from './share.ts';
import type { EngineState, Observation } from './state.ts';
import {
  callsKept,
  habitAt,
  habitStride,
  type Strangers,
  strangerCount,
  strangerStride as stride,
} from './strangers.ts';
import { countNats } from './tail.ts';
import { outageShare } from './traffic.ts';

/** A phone changes its network about this often at most, while in use. */
const networkMs = 120_000;
/** How often requests change sides when two parties use one token at once. */
const sideShare = 0.3;
/** A pause longer than this says nothing about alternation. */
const pauseMs = 60_000;
/** Most that one request may say about the mix of calls, and the least and most that all may. */
const callNatsMax = 2.5;
const callsNatsMin = -2.5;
const callsNatsMax = 30;
/** Where all others call so many times as much as usual, a call says nothing against anybody. */
const crowdedTimes = 1.2;
/** Requests' worth of belief that the stranger calls what the user does. */
const usualWeight = 1.5;
/** What is known of a user's mix of calls weighs at most as much as this many independent requests. */
const habitsMost = 40;
/** Something else always remains possible. */
const shareMax = 0.9;
/** What is usual: so many requests belong together, in so many visits, and nobody is wholly quiet. */
const sessionRequests = 10;
const sessionVisits = 2;
const sessionsBelieved = 0.3;
/** A busy hour of an unusual kind. */
const visitsShape = 1;
const visitsNatsMax = 4;
/** Evidence is forgotten by 1/e in this time, so that an address that calmed down is let in again. */
const evidenceMs = 7_200_000;
const hourMs = 3_600_000;

/**
 * Two networks of one phone: the chance of a change within a gap is at most 1 - e^(-gap/networkMs), and most phones
 * stay where they are. Two parties: `sideShare`.
 */
export function judgeAlternation(strangers: Strangers, row: number, ts: number, side: 0 | 1): void {
  const gapMs = Math.max(20, ts - (strangers.lastAt[row] ?? 0));
  const changed = strangers.isLast[row] !== side;
  strangers.isLast[row] = side;
  strangers.lastAt[row] = Math.max(ts, strangers.lastAt[row] ?? 0);
  const { counts } = strangers;
  const decay = Math.exp(-gapMs / evidenceMs);
  for (let sum = row * stride + 1; sum < row * stride + strangerCount.visits; sum++)
    counts[sum] = (counts[sum] ?? 0) * decay;
  if (gapMs > pauseMs) return;
  const nats = changed
    ? Math.max(0, Math.log(sideShare / (1 - Math.exp(-gapMs / networkMs))))
    : Math.min(0, Math.log(1 - sideShare) + gapMs / networkMs);
  const cell = row * stride + strangerCount.alternation;
  counts[cell] = Math.max(0, (counts[cell] ?? 0) + Math.min(4, nats));
}

/**
 * The next call, as the stranger's own calls so far predict it, against what the user's habits and those same calls
 * predict if the stranger is the user (Bayes factor of two Dirichlet-multinomials): whoever is hardly known may well
 * turn out to call this.
 */
export function judgeCall(state: EngineState, row: number, { pair, endpoint }: Observation): void {
  if (pair < 0) return;
  const { counts, habits, calls, shares } = state.strangers;
  const past = habits[row * habitStride + habitAt.requests] ?? 0;
  const requests = counts[row * stride] ?? 0;
  let call = row * callsKept;
  const end = call + callsKept;
  while (call < end && calls[call * 2] !== 0 && calls[call * 2] !== endpoint + 1) call++;
  const times = call < end ? (calls[call * 2 + 1] ?? 0) : 0;
  const share = times > 0 ? (shares[call] ?? 0) : Math.min(shareMax, usualShare(state, pair, past));
  const crowd = crowdTimes(state, pair, endpoint);
  const usual = Math.min(shareMax, share * crowd ** 2);
  const weight = Math.min(habitsMost, past + habitWeight);
  const own = (times + usualWeight * usual) / (requests + usualWeight);
  const ofUser = (times + weight * usual) / (requests + weight);
  const most = crowd > crowdedTimes ? 0 : callNatsMax;
  const nats = Math.max(-callNatsMax, Math.min(most, Math.log(own / ofUser)));
  const calm = Math.max(0, 1 - 4 * outageShare(state.traffic));
  const sum = row * stride + strangerCount.calls;
  counts[sum] = Math.max(callsNatsMin, Math.min(callsNatsMax, (counts[sum] ?? 0) + nats * calm));
  if (call >= end) return;
  calls[call * 2] = endpoint + 1;
  calls[call * 2 + 1] = times + 1;
  shares[call] = share;
}

/** What the whole crowd does now is not odd for one of it: the surge of all others, less what chance may add to it. */
function crowdTimes(state: EngineState, pair: number, endpoint: number): number {
  const own = state.pairs.row[pair * rowStride + at.count + 1] ?? 0;
  const others = Math.max(1, (state.endpoints.recent[endpoint] ?? 0) - own);
  return Math.max(1, crowdAt(state, pair) * (1 - 1 / Math.sqrt(others)));
}

/** How unusual it is that the user comes so often; a busy day is possible, so it never says much. */
export function visitsNats({ counts, habits, firstAt, lastAt }: Strangers, row: number): number {
  const hours = Math.max(0.1, ((lastAt[row] ?? 0) - (firstAt[row] ?? 0)) / hourMs);
  const perHour = habits[row * habitStride + habitAt.perHour] ?? 0;
  const expected = sessionVisits * (sessionsBelieved + (perHour * hours) / sessionRequests);
  return Math.min(
    visitsNatsMax,
    countNats(counts[row * stride + strangerCount.visits] ?? 0, expected, visitsShape),
  );
}

/** All that speaks against the stranger. */
export function strangerNats(strangers: Strangers, row: number): number {
  const { counts } = strangers;
  const base = row * stride;
  return (
    (counts[base + strangerCount.alternation] ?? 0) +
    (counts[base + strangerCount.calls] ?? 0) +
    (counts[base + strangerCount.device] ?? 0) +
    visitsNats(strangers, row)
  );
}
