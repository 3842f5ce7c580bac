/**
 * Finds or makes the rows an event belongs to, within the caps. When a table is full, whoever has no history makes
 * room first: names that were invented a moment ago, never a baseline that took days to learn.
 */

import { takeExpected } from './ahead.ts';
import { clearRow } from './columns.ts';
import { addEndpoint, findEndpoint, otherEndpoint, removeEndpoint } from './endpoints.ts';
import {
  addPair,
  endpointOf,
  findPair,
  isUsed,
  lastAtOf,
  nextOf,
  removePair,
  samplesOf,
  setLastAt,
  setNext,
  userOf,
} from './pairs.ts';
import type { EngineState, Observation } from './state.ts';
import {
  addUser,
  firstPairOf,
  learnedOf,
  pairCountOf,
  seenAtOf,
  setFirstPair,
  setPairCount,
} from './users.ts';

/** Rows that are looked at before giving up on making room: bounds the cost of one event. */
const looksMax = 24;
/** A row must have been idle this long to make room. */
const idleMsMin = 60_000;
/** A user or pair with a history makes room only after this long (30 days). */
const forgottenMs = 30 * 86_400_000;
/** Slots of learning that make a history worth a day's wait. */
const learnedFew = 6;
const fewMs = 86_400_000;
/** One user may hold at most this many pairs; the rest of its endpoints count as `(other)`. */
const pairsPerUserMax = 1_000;
/** Endpoints that make room: this few events, idle for an hour; looked for at most this often. */
const sweepEveryMs = 600_000;
const sweptEventsMax = 20;
const sweptIdleMs = 3_600_000;

export function locate(state: EngineState, seen: Observation): void {
  if (takeExpected(state, seen)) return;
  const { event, ts } = seen;
  const { users } = state;
  let user = users.names.find(event.user);
  if (user < 0) user = newUser(state, event.user, ts);
  let endpoint = findEndpoint(state.endpoints, event.method, event.endpoint);
  if (endpoint < 0) endpoint = newEndpoint(state, seen);
  seen.user = user;
  seen.endpoint = endpoint;
  seen.pair = user < 0 ? -1 : pairOf(state, user, endpoint, ts);
}

function newUser(state: EngineState, name: string, ts: number): number {
  const user = addUser(state.users, name, ts);
  if (user >= 0) return user;
  for (let looked = 0; looked < looksMax; looked++) {
    const { users } = state;
    users.hand = (users.hand + 1) % users.max;
    if (!expendable(ts - seenAtOf(users, users.hand), learnedOf(users, users.hand))) continue;
    removeUser(state, users.hand);
    return addUser(users, name, ts);
  }
  return -1;
}

function expendable(idleMs: number, learned: number): boolean {
  if (idleMs < idleMsMin) return false;
  if (learned === 0) return true;
  return idleMs > (learned < learnedFew ? fewMs : forgottenMs);
}

function removeUser(state: EngineState, user: number): void {
  const { pairs, users, endpoints } = state;
  for (let link = firstPairOf(users, user); link !== 0; ) {
    const pair = link - 1;
    link = nextOf(pairs, pair);
    const endpoint = endpointOf(pairs, pair);
    endpoints.users[endpoint] = (endpoints.users[endpoint] ?? 1) - 1;
    removePair(pairs, pair);
  }
  setFirstPair(users, user, 0);
  users.names.release(user);
}

/** Half of the table is for whoever comes; the rest is for endpoints that answered well at least once. */
function newEndpoint(state: EngineState, { event }: Observation): number {
  const { endpoints } = state;
  if (endpoints.names.size >= endpoints.max / 2) return otherEndpoint;
  return openEndpoint(state, event.method, event.endpoint);
}

/** An endpoint without a row has answered well: it is real, and gets one. */
export function admitEndpoint(state: EngineState, { event, nowMs }: Observation): void {
  const { endpoints } = state;
  if (findEndpoint(endpoints, event.method, event.endpoint) >= 0) return;
  if (endpoints.names.size >= endpoints.max) {
    if (Math.abs(nowMs - state.sweptAt) < sweepEveryMs) return;
    state.sweptAt = nowMs;
    sweepEndpoints(state, nowMs);
  }
  openEndpoint(state, event.method, event.endpoint);
}

/** An id that is given again must not bring the past of its last owner; a row never used stays untouched memory. */
function openEndpoint(
  { endpoints, latency, errors, visits }: EngineState,
  method: string,
  template: string,
): number {
  const id = addEndpoint(endpoints, method, template);
  for (const table of [latency, errors, visits]) if (id >= 0 && id < table.rows) clearRow(table.columns, id);
  return id;
}

/** Forgets endpoints that hardly anybody used, with their pairs: one pass over all pairs. */
function sweepEndpoints(state: EngineState, nowMs: number): void {
  const { endpoints, pairs } = state;
  const swept = new Set<number>();
  for (let id = 1; id < endpoints.rows; id++) {
    const idle = nowMs - (endpoints.lastAt[id] ?? 0) > sweptIdleMs;
    if (endpoints.names.has(id) && idle && (endpoints.total[id] ?? 0) < sweptEventsMax) swept.add(id);
  }
  for (let pair = 0; pair < pairs.rows; pair++) {
    if (isUsed(pairs, pair) && swept.has(endpointOf(pairs, pair))) unchain(state, pair);
  }
  for (const id of swept) removeEndpoint(endpoints, id);
}

function pairOf(state: EngineState, user: number, endpoint: number, ts: number): number {
  const { pairs, users } = state;
  const known = findPair(pairs, user, endpoint);
  if (known >= 0) return known;
  if (pairCountOf(users, user) >= pairsPerUserMax && endpoint !== otherEndpoint) {
    return pairOf(state, user, otherEndpoint, ts);
  }
  let pair = addPair(pairs, user, endpoint);
  if (pair < 0 && makePairRoom(state, ts)) pair = addPair(pairs, user, endpoint);
  if (pair < 0) return -1;
  setNext(pairs, pair, firstPairOf(users, user));
  setFirstPair(users, user, pair + 1);
  setPairCount(users, user, pairCountOf(users, user) + 1);
  state.endpoints.users[endpoint] = (state.endpoints.users[endpoint] ?? 0) + 1;
  setLastAt(pairs, pair, ts);
  return pair;
}

function makePairRoom(state: EngineState, ts: number): boolean {
  const { pairs } = state;
  for (let looked = 0; looked < looksMax; looked++) {
    pairs.hand = (pairs.hand + 1) % pairs.max;
    const pair = pairs.hand;
    const samples = samplesOf(pairs, pair);
    if (!isUsed(pairs, pair) || !expendable(ts - lastAtOf(pairs, pair), samples)) continue;
    unchain(state, pair);
    return true;
  }
  return false;
}

/** Takes a pair out of its user's chain and frees it. */
function unchain(state: EngineState, pair: number): void {
  const { pairs, users, endpoints } = state;
  const user = userOf(pairs, pair);
  const next = nextOf(pairs, pair);
  if (firstPairOf(users, user) === pair + 1) setFirstPair(users, user, next);
  else {
    let before = firstPairOf(users, user) - 1;
    while (before >= 0 && nextOf(pairs, before) !== pair + 1) before = nextOf(pairs, before) - 1;
    if (before >= 0) setNext(pairs, before, next);
  }
  setPairCount(users, user, pairCountOf(users, user) - 1);
  const endpoint = endpointOf(pairs, pair);
  endpoints.users[endpoint] = (endpoints.users[endpoint] ?? 1) - 1;
  removePair(pairs, pair);
}
