/**
 * Learns from answers: what share of failures is normal at an endpoint, how often things are asked for that do not
 * exist, and which addresses fail. An address in doubt teaches nothing, so nobody can make failing look normal.
 */

import {
  type Addresses,
  addAddress,
  addCount,
  addressAt,
  ageAddress,
  countOf,
  markAddress,
  sketchAt,
} from './addresses.ts';
import { knowsAddress } from './contexts.ts';
import { doubtHour } from './drift.ts';
import { countAnswer, isGood, otherEndpoint, saysNo } from './endpoints.ts';
import { at, rowStride } from './pairs.ts';
import { countSignIn, countStranger, makeRoom } from './sign-ins.ts';
import { mark } from './sketch.ts';
import { isOfStanding, markStanding } from './standing.ts';
import type { EngineState, Observation } from './state.ts';
import { addToSuspect, boundSuspect, findSuspect, suspectAt, suspectCount, takeSuspect } from './suspects.ts';
import { countOutage, outageShare } from './traffic.ts';

/** Failures that an address may teach the endpoints within the decay time. */
const doubtFailures = 4;
const doubtUnknown = 6;
const doubtMisses = 3;
/** An endpoint with fewer good answers than this share has nothing behind it. */
const goodShareMin = 0.05;
/** Belief about requests for unknown things before any were seen: 1 in 10, worth 100 requests. */
const unknownBelieved = 0.1;
const unknownWeight = 100;
/** Where fewer than this have signed in, nobody knows that one can. */
const goodMin = 3;
/** What a refused try counts, of one address. */
const refusedWeight = 0.3;
/** Share of server errors that makes an hour unlike others. */
const outageDoubt = 0.05;
/** An endpoint that answers at least this share well has something behind it. */
const answeringShare = 0.5;
/** Belief about misses before any were seen: 2 in 100, worth 50 requests. */
const missBelieved = 0.02;
const missWeight = 50;

export function watchedAddress({ addresses }: EngineState, { event, caller }: Observation): number {
  return addresses.names.findHashed(event.ip ?? event.user, caller);
}

/** What is left of a try after four hours still shows that there was one. */
const triesLeftMin = 0.02;

/** Whether the address of an event has tried at its endpoint before, and failed or was turned away. */
export function hasTried(state: EngineState, seen: Observation): boolean {
  const { addresses } = state;
  const address = watchedAddress(state, seen);
  if (address < 0 || addresses.endpoint[address] !== seen.endpoint) return false;
  ageAddress(addresses, address, seen.ts);
  return countOf(addresses, address, addressAt.tries) > triesLeftMin;
}

/** Whether many addresses guess at the endpoint of an event now. */
export const isGuessedAt = ({ endpoints }: EngineState, { endpoint, ts }: Observation): boolean =>
  ts < (endpoints.guessedUntil[endpoint] ?? 0);

/** Whether an event comes from an address at which neither its account nor anybody else has signed in. */
export const isStranger = (state: EngineState, seen: Observation): boolean =>
  seen.event.ip !== undefined && !knowsAddress(state, seen.user, seen.event.ip) && !isOfStanding(state, seen);

/** Our own refusals are no answers of a sign-in, and where endpoints are not told apart nobody knows what one is. */
const failsSignIn = ({ event, endpoint }: Observation): boolean =>
  event.tokenId === undefined && !event.refused && endpoint !== otherEndpoint && saysNo(event.status);

/** The request named something that does not exist: a failure where good answers are (nearly) unknown. */
export function isUnknown({ endpoints }: EngineState, { event, endpoint }: Observation): boolean {
  const { status } = event;
  if (status !== 404 && status !== 405 && status !== 410 && status !== 401 && status !== 403) return false;
  if (endpoint === otherEndpoint) return true;
  const answers = endpoints.answers[endpoint * 4] ?? 0;
  const good = endpoints.answers[endpoint * 4 + 1] ?? 0;
  const signIn = endpoints.answers[endpoint * 4 + 2] ?? 0;
  return good <= goodShareMin * answers && (status === 404 || signIn < answers / 2);
}

/** Learned share of requests for unknown things, over all callers not in doubt. */
export function unknownShare({ traffic }: EngineState): number {
  const share = (traffic.unknown + unknownBelieved * unknownWeight) / (traffic.answered + unknownWeight);
  return Math.min(0.5, Math.max(0.02, share));
}

export function learnAnswer(state: EngineState, seen: Observation): void {
  const { addresses, endpoints } = state;
  const { event, ts, endpoint } = seen;
  if (!event.refused) countOutage(state.traffic, event.status, ts);
  if (event.status >= 500 && outageShare(state.traffic) > outageDoubt) doubtHour(state, seen.user);
  const failure = failsSignIn(seen);
  const unknown = isUnknown(state, seen);
  let address = addresses.names.size === 0 ? -1 : watchedAddress(state, seen);
  const turnedAway = event.refused === true && event.tokenId === undefined && isGuessedAt(state, seen);
  if (address < 0 && (failure || unknown || turnedAway))
    address = addAddress(addresses, event.ip ?? event.user, ts);
  if (address >= 0) countAddress(state, seen, address, failure, unknown);
  if (address >= 0 && turnedAway) countTurnedAway(addresses, address, endpoint);
  countTry(state, seen, address, failure);
  const misses = failure || unknown ? 0 : countMiss(state, seen);
  if (event.refused) return;
  const doubted =
    address >= 0 &&
    ((failure && countOf(addresses, address, addressAt.failures) > doubtFailures) ||
      (unknown && countOf(addresses, address, addressAt.unknown) > doubtUnknown));
  if (doubted || misses > doubtMisses) return;
  countAnswer(endpoints, endpoint, event.status);
  state.traffic.answered++;
  if (unknown) state.traffic.unknown++;
}

/** A try without a token, at an endpoint where some have failed. */
function countTry(state: EngineState, seen: Observation, address: number, failure: boolean): void {
  const { event, endpoint, ts } = seen;
  if (event.tokenId !== undefined || event.ip === undefined) return;
  const { endpoints } = state;
  const attacked = isGuessedAt(state, seen);
  const failed = failure || (attacked && event.refused === true);
  if (!failed && (event.refused || endpoints.guessedAt[endpoint] === 0)) return;
  if (failed && (endpoints.answers[endpoint * 4 + 1] ?? 0) < goodMin) return;
  // Refused tries keep the attack in view, so that refusing them does not look like peace.
  if (attacked && event.refused) {
    countSignIn(endpoints, endpoint, refusedWeight, ts);
    return;
  }
  if (isGood(event.status)) countGoodTry(state, seen, event.ip, attacked);
  const times = address < 0 ? 1 : Math.max(1, countOf(state.addresses, address, addressAt.failures));
  countSignIn(endpoints, endpoint, failed ? 1 / times ** 2 : 0, ts);
}

function countGoodTry(state: EngineState, seen: Observation, ip: string, attacked: boolean): void {
  const { endpoints } = state;
  if (isStranger(state, seen)) {
    if (attacked) makeRoom(endpoints, seen.endpoint);
    else countStranger(endpoints, seen.endpoint);
  }
  if (!attacked) markStanding(state.standing, state.hash(ip), seen.ts);
}

/** The endpoint answers others, but not this request: it named something that is not there, or not theirs. */
function isMiss({ endpoints }: EngineState, { event, endpoint }: Observation): boolean {
  const { status } = event;
  if (status !== 404 && status !== 403 && status !== 410) return false;
  const answers = endpoints.answers[endpoint * 4] ?? 0;
  return endpoint !== otherEndpoint && (endpoints.answers[endpoint * 4 + 1] ?? 0) > answers * answeringShare;
}

/** Share of answers that are bad at an endpoint, for callers not in doubt. */
export function missShare({ endpoints }: EngineState, endpoint: number): number {
  const answers = endpoints.answers[endpoint * 4] ?? 0;
  const bad = endpoints.answers[endpoint * 4 + 3] ?? 0;
  return Math.min(0.5, (bad + missBelieved * missWeight) / (answers + missWeight));
}

/** Counts an answer of a suspect pair, or makes one. @returns misses of the pair in the last minutes */
function countMiss(state: EngineState, seen: Observation): number {
  const { suspects, pairs } = state;
  const { event, pair, ts } = seen;
  if (pair < 0) return 0;
  const missed = isMiss(state, seen);
  const known = findSuspect(state, pair);
  if (event.refused || (!missed && known < 0)) return 0;
  const row = takeSuspect(state, pair, ts);
  // What came before the first miss was answered well.
  if (known < 0)
    addToSuspect(suspects, row, suspectAt.answers, pairs.row[pair * rowStride + at.count + 2] ?? 1);
  else addToSuspect(suspects, row, suspectAt.answers, 1);
  if (missed) addToSuspect(suspects, row, suspectAt.misses, 1);
  boundSuspect(suspects, row);
  if (missed) mark(suspects.missed, row * 2, state.hash(event.objectId ?? event.path ?? event.endpoint));
  return missed ? suspectCount(suspects, row, suspectAt.misses) : 0;
}

/** Our refusal says nothing about the address, but that it has had its try. */
function countTurnedAway(addresses: Addresses, address: number, endpoint: number): void {
  if (addresses.endpoint[address] === endpoint) return;
  if (countOf(addresses, address, addressAt.failures) > 0) return;
  addresses.endpoint[address] = endpoint;
  addresses.counts[address * 4 + addressAt.tries] = 1;
}

function countAddress(
  state: EngineState,
  { event, ts, endpoint }: Observation,
  address: number,
  failure: boolean,
  unknown: boolean,
): void {
  const { addresses, hash } = state;
  ageAddress(addresses, address, ts);
  addCount(addresses, address, addressAt.requests);
  const user = hash(event.user);
  markAddress(addresses, address, sketchAt.users, user);
  const atFailing = endpoint !== otherEndpoint && addresses.endpoint[address] === endpoint;
  if (failure && !atFailing) {
    addresses.endpoint[address] = endpoint;
    addresses.counts[address * 4 + addressAt.tries] = 0;
    addresses.counts[address * 4 + addressAt.failures] = 0;
  }
  if (failure || atFailing) addCount(addresses, address, addressAt.tries);
  if (failure || (event.refused && atFailing)) {
    addCount(addresses, address, addressAt.failures);
    markAddress(addresses, address, sketchAt.failingUsers, user);
  }
  if (unknown) {
    addCount(addresses, address, addressAt.unknown);
    markAddress(addresses, address, sketchAt.unknownPaths, hash(event.path ?? event.endpoint));
  }
}
