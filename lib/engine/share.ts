/**
 * How a user spreads over endpoints. A pair's share of its user's own requests is better evidence than its rate:
 * season, bursts and growth multiply all of a user's pairs alike and cancel. It must speak beside the rate before
 * anything is refused, except where the pair has always been nearly all that the user does.
 */

import { surge } from './crowd.ts';
import type { Endpoints } from './endpoints.ts';
import {
  ageOf,
  at,
  endpointOf,
  hasFlag,
  lastAtOf,
  nextOf,
  type Pairs,
  ringOf,
  rowStride,
  slotMs,
  tainted,
  userOf,
} from './pairs.ts';
import type { EngineState } from './state.ts';
import { shareNats } from './tail.ts';
import { outageShare } from './traffic.ts';
import { firstAtOf, firstPairOf, recentOf, steadyOf } from './users.ts';

/** Shares of a stretch vary as if it held this many independent requests (beta-binomial), however many it holds. */
const independentMax = 25;
/** Requests' worth of weight of the cohort's share. */
const cohortWeight = 20;
/** Share that one endpoint has of a user, before any cohort is known; worth this many votes. */
const firstGuess = 0.3;
const guessVotes = 4;
/** Users differ too much for the crowd to say that a newcomer's share is small. */
const unknownShareMin = 0.35;
/** A share that is normally above this has no room to rise: the rate alone must tell. */
const onlyShare = 0.55;
/** Something else always remains possible. */
const shareMax = 0.9;
const slotsPerDay = 86_400_000 / slotMs;
const hourMs = 3_600_000;

/** Requests of calm slots, as far as they are remembered. */
export function pastOf(pairs: Pairs, pair: number): number {
  const remembered = Math.min(slotsPerDay, ageOf(pairs, pair));
  return (pairs.row[pair * rowStride + at.slowPerMinute] ?? 0) * remembered * (slotMs / 60_000);
}

/** The same of all that a user does: about a day's requests. */
function pastOfUser({ pairs, users }: EngineState, user: number): number {
  let past = 0;
  for (let link = firstPairOf(users, user); link !== 0; link = nextOf(pairs, link - 1)) {
    past += pastOf(pairs, link - 1);
  }
  return past;
}

/**
 * All that a user did in about a day before `ts`, with what pairs did in slots that are over and not closed yet: a pair
 * closes one when it is next called, so whoever came once would seem never to have come.
 */
export function pastOfUserAt(state: EngineState, user: number, ts: number): number {
  const { pairs, users } = state;
  let past = pastOfUser(state, user);
  for (let link = firstPairOf(users, user); link !== 0; link = nextOf(pairs, link - 1)) {
    const isOver = Math.floor(lastAtOf(pairs, link - 1) / slotMs) < Math.floor(ts / slotMs);
    if (isOver && !hasFlag(pairs, link - 1, tainted)) past += pairs.halves[ringOf(link - 1)] ?? 0;
  }
  return past;
}

function cohortShare(endpoints: Endpoints, endpoint: number): number {
  const votes = endpoints.cohortSize[endpoint] ?? 0;
  const sum = (endpoints.share[endpoint] ?? 0) * votes + firstGuess * guessVotes;
  return sum / (votes + guessVotes);
}

/** The share that is normal for a pair (posterior mean of a beta distribution). */
function normalShare(state: EngineState, pair: number): number {
  const { pairs, endpoints } = state;
  const believed = Math.max(unknownShareMin, cohortShare(endpoints, endpointOf(pairs, pair)));
  const past = pastOfUser(state, userOf(pairs, pair));
  return (pastOf(pairs, pair) + cohortWeight * believed) / (past + cohortWeight);
}

/**
 * Nats against "this is how the user always spreads, `crowd` times over"; infinite where the share can tell nothing.
 */
export function shareEvidence(state: EngineState, pair: number, crowd: number): number {
  const usual = normalShare(state, pair);
  if (usual > onlyShare) return Number.POSITIVE_INFINITY;
  const share = Math.min(shareMax, usual * crowd);
  const { pairs, users } = state;
  const user = userOf(pairs, pair);
  const of = Math.max(1, recentOf(users, user, 2));
  const seen = Math.min(of, pairs.row[pair * rowStride + at.count + 2] ?? 0);
  const independent = of / (1 + of / independentMax);
  return shareNats((seen / of) * independent, independent, share) * state.evidenceWeight;
}

/** Habits are known after this long, and this many requests. */
const habitsMs = 8 * hourMs;
const habitRequests = 30;
/** Requests that are independent in a stretch of a person's day, and of a machine's. */
const independentPerson = 50;
const independentMachine = 300;
const steadyHours = 16;
/** How much of the habit evidence each per cent of server errors takes away: clients retry what failed. */
const outageWeight = 4;

/**
 * Nats against "this is how the user spreads, or what everybody does now"; the stronger of the last minute and the
 * last ten. 0 for a user without habits.
 */
export function habitEvidence(state: EngineState, pair: number, ageMs: number): number {
  const user = userOf(state.pairs, pair);
  if (ageMs < habitsMs || pastOfUser(state, user) < habitRequests) return 0;
  return mixEvidence(state, pair);
}

/** The same of anybody; where the user has no habits, the cohort's stand in for them. */
export function mixEvidence(state: EngineState, pair: number): number {
  const { pairs, users } = state;
  const user = userOf(pairs, pair);
  const crowd = Math.max(1, surge(state, endpointOf(pairs, pair))) ** 2;
  const usual = Math.min(shareMax, usualShare(state, pair, pastOfUser(state, user)) * crowd);
  const most = steadyOf(users, user) >= steadyHours ? independentMachine : independentPerson;
  let strongest = 0;
  for (const window of [1, 2] as const) {
    const of = Math.max(1, recentOf(users, user, window));
    const seen = Math.min(of, pairs.row[pair * rowStride + at.count + window] ?? 0);
    const independent = of / (1 + of / most);
    strongest = Math.max(strongest, shareNats((seen / of) * independent, independent, usual));
  }
  return strongest * state.evidenceWeight * Math.max(0, 1 - outageWeight * outageShare(state.traffic));
}

/** A user's share of an endpoint, as a vote for the cohort; -1 where too little is known. */
export function shareVote(state: EngineState, pair: number): number {
  const past = pastOfUser(state, userOf(state.pairs, pair));
  return past < cohortWeight ? -1 : pastOf(state.pairs, pair) / past;
}

/** Requests an hour of a pair whose user does as much as ever, and at this endpoint as much of it as others do. */
export function hourAsOthers(state: EngineState, pair: number): number {
  const { pairs, endpoints, users } = state;
  const user = userOf(pairs, pair);
  const hours = (lastAtOf(pairs, pair) - firstAtOf(users, user)) / hourMs;
  const perHour = pastOfUser(state, user) / Math.min(24, Math.max(1, hours));
  return perHour * cohortShare(endpoints, endpointOf(pairs, pair));
}

/** Requests' worth of weight of the cohort's share, where habits are compared. */
export const habitWeight = 10;

/** The share that a pair usually has of its user's requests, which were `past` until now. */
export function usualShare({ pairs, endpoints }: EngineState, pair: number, past: number): number {
  const believed = cohortShare(endpoints, endpointOf(pairs, pair));
  return (pastOf(pairs, pair) + habitWeight * believed) / (past + habitWeight);
}
