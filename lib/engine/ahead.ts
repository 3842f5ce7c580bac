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
export const aheadMax = 16;

export interface Ahead {
  events: readonly RequestEvent[];
  /** First event that was looked up, the one that comes next, and the first that was not looked up. */
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

export const createAhead = (): Ahead => ({
  events: [],
  from: 0,
  next: 0,
  end: 0,
  users: new Int32Array(aheadMax),
  endpoints: new Int32Array(aheadMax),
  pairs: new Int32Array(aheadMax),
  removals: 0,
  touched: 0,
});

/** Looks up events from `from` on, `aheadMax` at most. */
export function lookAhead(state: EngineState, events: readonly RequestEvent[], from: number): void {
  const { ahead, users, pairs } = state;
  const count = Math.min(aheadMax, events.length - from);
  ahead.events = events;
  ahead.from = from;
  ahead.next = from;
  ahead.end = from + count;
  ahead.removals = pairs.removals;
  let touched = 0;
  for (let i = 0; i < count; i++) {
    const event = events[from + i];
    if (event === undefined) continue;
    ahead.users[i] = state.hash(event.user);
    ahead.endpoints[i] = findEndpoint(state.endpoints, event.method, event.endpoint);
    if (event.ip !== undefined) touched += event.ip.length;
    if (event.tokenId !== undefined) touched += event.tokenId.length;
  }
  for (let i = 0; i < count; i++) ahead.users[i] = users.names.candidate(ahead.users[i] ?? 0);
  for (let i = 0; i < count; i++) {
    const user = ahead.users[i] ?? -1;
    if (user >= 0)
      touched +=
        users.names.touch(user) +
        touchUser(users, user) +
        touchPairSlot(pairs, user, ahead.endpoints[i] ?? 0);
  }
  for (let i = 0; i < count; i++) {
    const user = ahead.users[i] ?? -1;
    const endpoint = ahead.endpoints[i] ?? -1;
    const pair = user < 0 || endpoint < 0 ? -1 : findPair(pairs, user, endpoint);
    ahead.pairs[i] = pair;
    if (pair >= 0) touched += touchPair(pairs, pair);
  }
  ahead.touched = touched | 0;
}

/** @returns whether the rows of the event were known */
export function takeAhead(state: EngineState, seen: Observation): boolean {
  const { ahead, pairs, users } = state;
  const { event } = seen;
  if (ahead.next >= ahead.end || ahead.events[ahead.next] !== event) return false;
  const i = ahead.next++ - ahead.from;
  const pair = ahead.pairs[i] ?? -1;
  const user = ahead.users[i] ?? -1;
  if (pair < 0 || ahead.removals !== pairs.removals || !users.names.holds(user, event.user)) return false;
  seen.user = user;
  seen.endpoint = ahead.endpoints[i] ?? 0;
  seen.pair = pair;
  return true;
}
