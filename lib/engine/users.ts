/**
 * The users: when they were seen, how much they do in all, and where their chain of pairs starts. One row of 80 bytes a
 * user, side by side, which are two cache lines wherever it begins (as in pairs.ts).
 */

import { clearRow, column, lineOfBytes, type Saved } from './columns.ts';
import type { Names } from './names.ts';
import { tenth } from './powers.ts';
import type { Observation } from './state.ts';

/** Known addresses of a user, the latest first. */
export const knownStride = 4;

const rowBytes = 80;
/** Where things are in a row; their widths are those of the arrays that their readers below take. */
const firstAtAt = 0;
const lastAtAt = 8;
const recentAt = 16;
const totalAt = 24;
const pairsAt = 28;
const knownAt = 32;
const tokensAt = 48;
const hourAt = 64;
const hourCountAt = 68;
const learnedAt = 72;
const pairCountAt = 76;
const steadyAt = 78;
const flagsAt = 79;

const doubted = 1;
const watched = 2;

export interface Users extends Saved {
  readonly names: Names;
  /** One memory in the widths of what is in it. */
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  hand: number;
  readonly max: number;
}

export function createUsers(names: Names): Users {
  const { max } = names;
  const bytes = lineOfBytes(max * rowBytes);
  const { buffer, byteOffset } = bytes;
  return {
    names,
    bytes,
    halves: new Uint16Array(buffer, byteOffset, max * (rowBytes / 2)),
    words: new Uint32Array(buffer, byteOffset, max * (rowBytes / 4)),
    floats: new Float32Array(buffer, byteOffset, max * (rowBytes / 4)),
    doubles: new Float64Array(buffer, byteOffset, max * (rowBytes / 8)),
    columns: [column('rows', bytes, rowBytes)],
    rows: 0,
    hand: 0,
    max,
  };
}

const wordAt = (user: number, at: number): number => user * (rowBytes / 4) + at / 4;
const doubleAt = (user: number, at: number): number => user * (rowBytes / 8) + at / 8;

/** A read of both ends of the row, so that it is near when it is asked for. */
export const touchUser = ({ words }: Users, user: number): number =>
  (words[wordAt(user, 0)] ?? 0) + (words[wordAt(user, rowBytes - 4)] ?? 0);

/** First and latest event, ms since the epoch. */
export const firstAtOf = ({ doubles }: Users, user: number): number =>
  doubles[doubleAt(user, firstAtAt)] ?? 0;
export const seenAtOf = ({ doubles }: Users, user: number): number => doubles[doubleAt(user, lastAtAt)] ?? 0;

/** All the user's requests, decayed over 1 min (window 1) or 10 min (window 2). */
export const recentOf = ({ floats }: Users, user: number, window: 1 | 2): number =>
  floats[wordAt(user, recentAt) + window - 1] ?? 0;

/** Every request, once. */
export const requestsOf = ({ words }: Users, user: number): number => words[wordAt(user, totalAt)] ?? 0;

/** First pair, plus one; 0 for none. */
export const firstPairOf = ({ words }: Users, user: number): number => words[wordAt(user, pairsAt)] ?? 0;
export function setFirstPair({ words }: Users, user: number, link: number): void {
  words[wordAt(user, pairsAt)] = link;
}

export const pairCountOf = ({ halves }: Users, user: number): number =>
  halves[user * (rowBytes / 2) + pairCountAt / 2] ?? 0;
export function setPairCount({ halves }: Users, user: number, count: number): void {
  halves[user * (rowBytes / 2) + pairCountAt / 2] = count;
}

/** Slots learned over all pairs: how good the history is. */
export const learnedOf = ({ words }: Users, user: number): number => words[wordAt(user, learnedAt)] ?? 0;
export function countLearned({ words }: Users, user: number): void {
  const cell = wordAt(user, learnedAt);
  words[cell] = (words[cell] ?? 0) + 1;
}

/** Cells of `Users.words`: hashes, 0 where empty, of known addresses; of two tokens used there, each with its device. */
export const knownCell = (user: number): number => wordAt(user, knownAt);
export const tokenCell = (user: number): number => wordAt(user, tokensAt);

/** Hour (since the epoch) that is being counted, and its requests. */
export const hourOf = ({ words }: Users, user: number): number => words[wordAt(user, hourAt)] ?? 0;
export const hourCountOf = ({ floats }: Users, user: number): number =>
  floats[wordAt(user, hourCountAt)] ?? 0;
export function beginHour({ words, floats }: Users, user: number, hour: number): void {
  words[wordAt(user, hourAt)] = hour;
  floats[wordAt(user, hourCountAt)] = 0;
}
export function countInHour({ floats }: Users, user: number): void {
  const cell = wordAt(user, hourCountAt);
  floats[cell] = (floats[cell] ?? 0) + 1;
}

/** How many hours were busy in a row. */
export const steadyOf = ({ bytes }: Users, user: number): number => bytes[user * rowBytes + steadyAt] ?? 0;
export function setSteady({ bytes }: Users, user: number, hours: number): void {
  bytes[user * rowBytes + steadyAt] = hours;
}

/** Whether the hour that is being counted is not to be judged. */
export const isDoubted = (users: Users, user: number): boolean => (flagsOf(users, user) & doubted) !== 0;
export function setDoubted(users: Users, user: number, isOn: boolean): void {
  const flags = flagsOf(users, user);
  users.bytes[user * rowBytes + flagsAt] = isOn ? flags | doubted : flags & ~doubted;
}

/** Whether the user has, or had, a row in `strangers.ts`: most have none, and are spared the look. */
export const isWatched = (users: Users, user: number): boolean => (flagsOf(users, user) & watched) !== 0;
export function setWatched(users: Users, user: number): void {
  users.bytes[user * rowBytes + flagsAt] = flagsOf(users, user) | watched;
}

const flagsOf = ({ bytes }: Users, user: number): number => bytes[user * rowBytes + flagsAt] ?? 0;

export function addUser(users: Users, name: string, ts: number): number {
  const user = users.names.add(name);
  if (user < 0) return -1;
  clearRow(users.columns, user);
  users.doubles[doubleAt(user, firstAtAt)] = ts;
  users.doubles[doubleAt(user, lastAtAt)] = ts;
  users.rows = users.names.end;
  return user;
}

/** Counts one request of the user. Late events count, and do not turn the clock back. */
export function countUser(users: Users, { user, ts }: Observation): void {
  const { doubles, floats, words } = users;
  const last = doubleAt(user, lastAtAt);
  const waitedMs = ts - (doubles[last] ?? 0);
  const base = wordAt(user, recentAt);
  if (waitedMs > 0) {
    const slow = Math.exp(-waitedMs / 600_000);
    floats[base] = (floats[base] ?? 0) * tenth(slow);
    floats[base + 1] = (floats[base + 1] ?? 0) * slow;
    doubles[last] = ts;
  }
  floats[base] = (floats[base] ?? 0) + 1;
  floats[base + 1] = (floats[base + 1] ?? 0) + 1;
  const total = wordAt(user, totalAt);
  words[total] = (words[total] ?? 0) + 1;
}
