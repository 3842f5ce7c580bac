/**
 * Learns from answers: what share of failures is normal at an endpoint, how often things are asked for that do not
 * exist, and which addresses fail. An address in doubt teaches nothing, so nobody can make failing look normal.
 */

import { addAddress, addCount, addressAt, ageAddress, countOf, mark, sketchAt } from './addresses.ts';
import { countAnswer, otherEndpoint } from './endpoints.ts';
import type { EngineState, Observation } from './state.ts';

/** Failures that an address may teach the endpoints within the decay time. */
const doubtFailures = 4;
const doubtUnknown = 6;
/** An endpoint with fewer good answers than this share has nothing behind it. */
const goodShareMin = 0.05;
/** Belief about requests for unknown things before any were seen: 1 in 10, worth 100 requests. */
const unknownBelieved = 0.1;
const unknownWeight = 100;

export function watchedAddress({ addresses }: EngineState, { event }: Observation): number {
  return addresses.names.find(event.ip ?? event.user);
}

const failsSignIn = ({ event }: Observation): boolean =>
  event.tokenId === undefined && (event.status === 401 || event.status === 403);

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
  return Math.min(0.5, Math.max(0.05, share));
}

export function learnAnswer(state: EngineState, seen: Observation): void {
  const { addresses, endpoints } = state;
  const { event, ts, endpoint } = seen;
  const failure = failsSignIn(seen);
  const unknown = isUnknown(state, seen);
  let address = addresses.names.size === 0 ? -1 : watchedAddress(state, seen);
  if (address < 0 && (failure || unknown)) address = addAddress(addresses, event.ip ?? event.user, ts);
  if (address >= 0) countAddress(state, seen, address, failure, unknown);
  if (event.refused) return;
  const doubted =
    address >= 0 &&
    ((failure && countOf(addresses, address, addressAt.failures) > doubtFailures) ||
      (unknown && countOf(addresses, address, addressAt.unknown) > doubtUnknown));
  if (doubted) return;
  countAnswer(endpoints, endpoint, event.status);
  state.traffic.answered++;
  if (unknown) state.traffic.unknown++;
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
  mark(addresses, address, sketchAt.users, user);
  const atFailing = addresses.endpoint[address] === endpoint;
  if (failure && !atFailing) {
    addresses.endpoint[address] = endpoint;
    addresses.counts[address * 4 + addressAt.tries] = 0;
    addresses.counts[address * 4 + addressAt.failures] = 0;
  }
  if (failure || atFailing) addCount(addresses, address, addressAt.tries);
  if (failure || (event.refused && atFailing)) {
    addCount(addresses, address, addressAt.failures);
    mark(addresses, address, sketchAt.failingUsers, user);
  }
  if (unknown) {
    addCount(addresses, address, addressAt.unknown);
    mark(addresses, address, sketchAt.unknownPaths, hash(event.path ?? event.endpoint));
  }
}
