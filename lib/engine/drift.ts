/**
 * Slow ramps. Whoever raises a rate by a few per cent an hour stays within what any short window calls normal. But the
 * share that an endpoint has of a steady user's own requests hardly changes, whatever the day or the weekend do to all
 * of them; so it is held against a reference that is older than the ramp. Page's CUSUM (Continuous inspection schemes,
 * 1954) of hourly log-likelihood ratios: "as ever" against "1.6 times as likely". One hour says only so much, and
 * while it says anything, nothing is learned.
 */

import { column } from './columns.ts';
import {
  drifting,
  lastAtOf,
  lowerFlag,
  nextOf,
  type Pairs,
  raiseFlag,
  ringOf,
  ringSlots,
  slotMs,
  userOf,
} from './pairs.ts';
import { findPlace, type Places, placesFor, takePlace } from './places.ts';
import { rushAt } from './rush.ts';
import type { EngineState, Observation } from './state.ts';
import {
  beginHour,
  countInHour,
  firstAtOf,
  firstPairOf,
  hourCountOf,
  hourOf,
  isDoubted,
  setDoubted,
  setSteady,
  steadyOf,
} from './users.ts';

export interface Drifts extends Places {
  /** Reference share; requests and hours that it rests on; evidence in nats; variance of hours beyond chance. */
  readonly share: Float32Array;
  readonly weight: Float32Array;
  readonly hours: Float32Array;
  readonly nats: Float32Array;
  readonly excess: Float32Array;
  /** What would be usual now, requests an hour. */
  readonly usual: Float32Array;
  /** Requests in the last whole hour. */
  readonly seen: Float32Array;
}

const hourMs = 3_600_000;
/** A user is steady after this many busy hours, one that is not busy costing two; a few of them begin a reference. */
const steadyHours = 16;
const referenceFrom = 4;
const steadyHoursMax = 48;
const busyRequests = 20;
/** Odds of an endpoint among a user's requests that count as drift, relative to the reference. */
const driftOdds = 1.6;
/** Evidence of one hour at most; beyond `doubtNats` in all, the reference stays as it is. */
const hourNatsMax = 2.5;
const doubtNats = 2;
/** Evidence is forgotten no further than this after one good hour, so that pauses do not wipe it out. */
const goodHourNatsMin = -3;
/** The reference rests on at most this many hours: it follows a honest change within days, a ramp never. */
const referenceHours = 72;
/** Fewer hours than this make no reference. */
const referenceHoursMin = 8;
/** The reference may be wrong by this many standard deviations. */
const referenceDeviations = 1.25;
/** One hour counts in it for at most so many ordinary hours of the user: a crowd's rush is no habit. */
const hourWeightMax = 2;
/** A share above this tells nothing. */
const onlyShare = 0.8;
/** A pair with fewer requests an hour is not followed. */
const followedMin = 4;

export function createDrifts(max: number): Drifts {
  const rows = placesFor(max);
  const keys = new Uint32Array(rows);
  const lastAt = new Float64Array(rows);
  const share = new Float32Array(rows);
  const weight = new Float32Array(rows);
  const hours = new Float32Array(rows);
  const nats = new Float32Array(rows);
  const excess = new Float32Array(rows);
  const usual = new Float32Array(rows);
  const seen = new Float32Array(rows);
  const columns = [
    column('keys', keys),
    column('lastAt', lastAt),
    column('share', share),
    column('weight', weight),
    column('hours', hours),
    column('nats', nats),
    column('excess', excess),
    column('usual', usual),
    column('seen', seen),
  ];
  return { keys, lastAt, share, weight, hours, nats, excess, usual, seen, columns, rows };
}

/** Counts a request in the user's hour. When another hour has begun, the last one is judged. */
export function countHour(state: EngineState, { user, ts }: Observation): void {
  const { users } = state;
  const hour = Math.floor(ts / hourMs);
  const current = hourOf(users, user);
  if (hour !== current) {
    if (hour > current && current > 0) closeHour(state, user, current, hour - current);
    // A clock that went back starts again; a late event of the hour before is not worth that.
    if (hour > current || hour < current - 1) {
      beginHour(users, user, hour);
    }
  }
  countInHour(users, user);
}

function closeHour(state: EngineState, user: number, hour: number, hoursPassed: number): void {
  const { users, pairs, drifts } = state;
  const requests = hourCountOf(users, user);
  const steady = steadyOf(users, user) + (requests >= busyRequests ? 1 : -2) - 2 * (hoursPassed - 1);
  setSteady(users, user, Math.min(steadyHoursMax, Math.max(0, steady)));
  const doubted = isDoubted(users, user);
  setDoubted(users, user, false);
  if (doubted || steady < referenceFrom || requests < busyRequests) return;
  const ts = (hour + 1) * hourMs;
  let calm = true;
  for (let link = firstPairOf(users, user); link !== 0; link = nextOf(pairs, link - 1)) {
    const nats = judgeHour(state, link - 1, requestsInHour(pairs, link - 1, hour), requests, ts);
    if (nats >= doubtNats) calm = false;
  }
  if (!calm) return;
  // Only where nothing of the user's mix is in doubt is all of it learned.
  for (let link = firstPairOf(users, user); link !== 0; link = nextOf(pairs, link - 1)) {
    const row = findDrift(state, link - 1);
    if (row >= 0 && drifts.lastAt[row] === ts) learn(drifts, row, drifts.seen[row] ?? 0, requests);
  }
}

/** Requests of a pair in an hour that is not over for long: the sum of its slots. */
function requestsInHour(pairs: Pairs, pair: number, hour: number): number {
  const newest = Math.floor(lastAtOf(pairs, pair) / slotMs);
  const slotsPerHour = hourMs / slotMs;
  let count = 0;
  for (let back = 0; back < ringSlots; back++) {
    if (Math.floor((newest - back) / slotsPerHour) === hour) count += pairs.halves[ringOf(pair) + back] ?? 0;
  }
  return count;
}

/** @returns nats against the pair; 0 where it is not followed */
function judgeHour(state: EngineState, pair: number, count: number, requests: number, ts: number): number {
  const { drifts, pairs } = state;
  // What a sale does to a mix is the crowd's doing: such an hour says nothing, and is no habit.
  if (rushAt(state, pair) > 1) return 0;
  let row = findDrift(state, pair);
  if (row < 0) {
    if (count < followedMin) return 0;
    row = takePlace(drifts, pair, ts);
    drifts.share[row] = count / requests;
  }
  drifts.lastAt[row] = ts;
  drifts.seen[row] = count;
  const hours = drifts.hours[row] ?? 0;
  const share = Math.max(0.005, drifts.share[row] ?? 0);
  // Where an endpoint is nearly all that a user does, its share has no room to rise and tells nothing.
  if (share > onlyShare) return 0;
  drifts.usual[row] = ((requests - count) * share) / (1 - share);
  const isSteady = steadyOf(state.users, userOf(pairs, pair)) >= steadyHours;
  if (isSteady && hours >= referenceHoursMin) drifts.nats[row] = sum(drifts, row, count, requests, share);
  if ((drifts.nats[row] ?? 0) * state.evidenceWeight > driftAlarmNats) raiseFlag(pairs, pair, drifting);
  else lowerFlag(pairs, pair, drifting);
  return drifts.nats[row] ?? 0;
}

function sum(drifts: Drifts, row: number, count: number, requests: number, known: number): number {
  const deviation = Math.sqrt((known * (1 - known)) / (drifts.weight[row] ?? 1));
  const share = Math.min(0.97, known + referenceDeviations * deviation);
  const drifted = (driftOdds * share) / (1 - share + driftOdds * share);
  const ratio =
    count * Math.log(drifted / share) + (requests - count) * Math.log((1 - drifted) / (1 - share));
  const nats = ratio / Math.max(1, drifts.excess[row] ?? 1);
  const bounded = Math.min(hourNatsMax, Math.max(goodHourNatsMin, nats));
  return Math.max(0, (drifts.nats[row] ?? 0) + bounded);
}

/** Moves the reference, and how much more than chance hours differ (Pearson's chi-square over its expectation). */
function learn(drifts: Drifts, row: number, count: number, requests: number): void {
  const hours = Math.min(referenceHours, (drifts.hours[row] ?? 0) + 1);
  drifts.hours[row] = hours;
  const share = drifts.share[row] ?? 0;
  const known = drifts.weight[row] ?? 0;
  const ordinary = hours > 1 ? known / (hours - 1) : requests;
  const counted = Math.min(requests, hourWeightMax * ordinary);
  const variance = Math.max(0.25, requests * share * (1 - share));
  const excess = (count - requests * share) ** 2 / variance;
  drifts.excess[row] = (drifts.excess[row] ?? 0) + (Math.min(9, excess) - (drifts.excess[row] ?? 0)) / hours;
  const weight = Math.min(known * (1 - 1 / referenceHours), referenceHours * counted) + counted;
  drifts.weight[row] = weight;
  drifts.share[row] = share + ((count / requests - share) * counted) / weight;
}

/** The user's hour is not like others: something in it was in doubt, or the service was down. */
export function doubtHour({ users }: EngineState, user: number): void {
  if (user >= 0) setDoubted(users, user, true);
}

/** e^-9 */
export const driftAlarmNats = 9;

/** -1 when the pair is not followed. */
export function findDrift({ drifts, users, pairs }: EngineState, pair: number): number {
  const row = findPlace(drifts, pair);
  return row < 0 || (drifts.lastAt[row] ?? 0) < firstAtOf(users, userOf(pairs, pair)) ? -1 : row;
}
