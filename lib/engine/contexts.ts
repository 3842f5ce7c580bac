/**
 * Where a user calls from. Every user has a few known addresses; an address that was never seen makes the user's token
 * a case to watch (`stranger-watch.ts`) only when the same token is in use at a known address, since a new token means
 * that somebody signed in there. Addresses change for good reasons all the time, so a stranger that does nothing odd
 * becomes known after a while.
 */

import type { EngineState, Observation } from './state.ts';
import { isCalmStranger, watchKnown, watchStranger } from './stranger-watch.ts';
import { cellHash, clientOf, hashOf } from './strangers.ts';
import { knownCell, knownStride, tokenCell, type Users } from './users.ts';

const isKnown = ({ words }: Users, user: number, address: number): boolean => {
  const first = knownCell(user);
  for (let cell = first; cell < first + knownStride; cell++) if (words[cell] === address) return true;
  return false;
};

/** Whether somebody who calls for this user from this address is likely to be the user. */
export function knowsAddress(state: EngineState, user: number, ip: string): boolean {
  if (user < 0) return false;
  const address = hashOf(state, ip);
  return isKnown(state.users, user, address) || isCalmStranger(state, user, address);
}

/** The latest first; the last is forgotten. */
function learnAddress({ users }: EngineState, user: number, address: number): void {
  const first = knownCell(user);
  let carried = address;
  for (let cell = first; cell < first + knownStride; cell++) {
    const here = users.words[cell] ?? 0;
    users.words[cell] = carried;
    if (here === address) return;
    carried = here;
  }
}

function learnToken(state: EngineState, seen: Observation, token: number): void {
  const { words } = state.users;
  const cell = tokenCell(seen.user);
  if (words[cell] === token) return;
  const known = words[cell + 2] === token ? (words[cell + 3] ?? 0) : clientOf(state, seen);
  words[cell + 2] = words[cell] ?? 0;
  words[cell + 3] = words[cell + 1] ?? 0;
  words[cell] = token;
  words[cell + 1] = known;
}

/** The device that a token was used from at a known address; 0 for a token that was not. */
function deviceOf({ users }: EngineState, user: number, token: number): number {
  const cell = tokenCell(user);
  if (users.words[cell] === token) return users.words[cell + 1] ?? 0;
  return users.words[cell + 2] === token ? (users.words[cell + 3] ?? 0) : 0;
}

/** What a request tells about where its user calls from. A bad answer teaches nothing. */
export function learnContext(state: EngineState, seen: Observation): void {
  const { event, user, caller } = seen;
  if (user < 0 || event.ip === undefined || (event.status >= 400 && !event.refused)) return;
  const { users } = state;
  const address = cellHash(caller);
  const token = event.tokenId === undefined ? 0 : hashOf(state, event.tokenId);
  if (isKnown(users, user, address)) {
    if (users.words[knownCell(user)] !== address) learnAddress(state, user, address);
    if (token === 0) return;
    learnToken(state, seen, token);
    watchKnown(state, seen, token);
    return;
  }
  const hasHome = users.words[knownCell(user)] !== 0;
  if (token === 0 && (event.refused || users.words[tokenCell(user)] !== 0)) return;
  if (token !== 0 && hasHome) {
    const device = deviceOf(state, user, token);
    if (!watchStranger(state, seen, { address, token, device })) return;
  }
  learnAddress(state, user, address);
  if (token !== 0) learnToken(state, seen, token);
}
