/**
 * Looks up the rows of the events that come next, several at once. An event by itself waits for memory six times, one
 * after the other (its own texts, index and name of its user, the user, index of its pair, the pair); several events
 * wait together, which costs hardly more than one. Changes nothing that anybody can see but how long a step takes.
 */

import type { RequestEvent } from '../contract/event.ts';
import { findEndpoint } from './endpoints.ts';
import { findPair, touchPair, touchPairSlot } from './pairs.ts';
import type { EngineState, Observation } from './state.ts';
import { touchUser } from './users.ts';

/** Events that are looked up at once: more wait no longer together, and lie in the fastest cache no more. */
const aheadMax = 16;

export interface Ahead {
  events: readonly RequestEvent[];
  /** First event that was looked up, the one that comes next, and the first that was not looked up yet. */
  from: number;
  next: number;
  end: number;
  /** Their rows; -1 where there was none. */
  readonly users: Int32Array;
  readonly endpoints: Int32Array;
  readonly pairs: Int32Array;
  /** Pairs removed until then: rows that were found are good while nothing is removed. */
  removals: number;
  /** What was read, so that the compiler cannot leave the reading out. */
  touched: number;
}

const none: readonly RequestEvent[] = [];

export const createAhead = (): Ahead => ({
  events: none,
  from: 0,
  next: 0,
  end: 0,
  users: new Int32Array(aheadMax),
  endpoints: new Int32Array(aheadMax),
  pairs: new Int32Array(aheadMax),
  removals: 0,
  touched: 0,
});

/** Tells which events come next. They are looked up when the first of them arrives, and again after each `aheadMax`. */
export function expectEvents({ ahead }: EngineState, events: readonly RequestEvent[]): void {
  ahead.events = events;
  ahead.next = 0;
  ahead.end = 0;
}

/** In steps, so that each step waits for all events at once. */
function lookUp(state: EngineState): void {
  const { ahead, pairs } = state;
  ahead.from = ahead.next;
  ahead.end = Math.min(ahead.events.length, ahead.from + aheadMax);
  ahead.removals = pairs.removals;
  const count = ahead.end - ahead.from;
  const touched = touchTexts(ahead, count);
  readTexts(state, count);
  ahead.touched = touched + findUsers(state, count) + findPairs(state, count);
}

/** By itself and short, so that the processor is at the next events while it waits for the first. */
function touchTexts({ events, from }: Ahead, count: number): number {
  let touched = 0;
  for (let i = from; i < from + count; i++) {
    const event = events[i];
    if (event === undefined) continue;
    const { ts, user, endpoint, ip, tokenId } = event;
    touched += ts + user.length + endpoint.length + (ip?.length ?? 0) + (tokenId?.length ?? 0);
  }
  return touched;
}

/** Leaves the hashes of the users where their rows come next. */
function readTexts({ ahead, hash, endpoints }: EngineState, count: number): void {
  for (let i = 0; i < count; i++) {
    const event = ahead.events[ahead.from + i];
    if (event === undefined) continue;
    ahead.users[i] = hash(event.user);
    ahead.endpoints[i] = findEndpoint(endpoints, event.method, event.endpoint);
  }
}

/** By their hashes only: whether the name is the event's is seen when the event is taken. */
function findUsers({ ahead, users, pairs }: EngineState, count: number): number {
  for (let i = 0; i < count; i++) ahead.users[i] = users.names.candidate(ahead.users[i] ?? 0);
  let touched = 0;
  for (let i = 0; i < count; i++) {
    const user = ahead.users[i] ?? -1;
    if (user < 0) continue;
    touched += users.names.touch(user) + touchUser(users, user);
    touched += touchPairSlot(pairs, user, ahead.endpoints[i] ?? 0);
  }
  return touched;
}

function findPairs({ ahead, pairs }: EngineState, count: number): number {
  for (let i = 0; i < count; i++) {
    const user = ahead.users[i] ?? -1;
    const endpoint = ahead.endpoints[i] ?? -1;
    ahead.pairs[i] = user < 0 || endpoint < 0 ? -1 : findPair(pairs, user, endpoint);
  }
  let touched = 0;
  for (let i = 0; i < count; i++) touched += touchPair(pairs, Math.max(0, ahead.pairs[i] ?? 0));
  return touched;
}

/** @returns whether the event was expected, and its rows are known */
export function takeExpected(state: EngineState, seen: Observation): boolean {
  const { ahead, pairs, users } = state;
  const { event } = seen;
  if (ahead.next >= ahead.events.length || ahead.events[ahead.next] !== event) return false;
  if (ahead.next === ahead.end) lookUp(state);
  const i = ahead.next++ - ahead.from;
  // Whoever handed the events over need not wait for the next ones to have these collected.
  if (ahead.next === ahead.events.length) expectEvents(state, none);
  const pair = ahead.pairs[i] ?? -1;
  const user = ahead.users[i] ?? -1;
  if (pair < 0 || ahead.removals !== pairs.removals || !users.names.holds(user, event.user)) return false;
  seen.user = user;
  seen.endpoint = ahead.endpoints[i] ?? 0;
  seen.pair = pair;
  return true;
}
