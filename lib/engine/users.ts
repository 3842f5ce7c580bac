/** The users: when they were seen, how much they do in all, and where their chain of pairs starts. */

import { clearRow, column, type Saved } from './columns.ts';
import type { Names } from './names.ts';
import { tenth } from './powers.ts';

/** Known addresses of a user, the latest first; and tokens that were used there, two numbers each. */
export const knownStride = 4;
export const tokenStride = 4;

export interface Users extends Saved {
  readonly names: Names;
  readonly firstAt: Float64Array;
  readonly lastAt: Float64Array;
  /** Decayed counts of all the user's requests: 1 min and 10 min. */
  readonly recent: Float32Array;
  readonly total: Uint32Array;
  /** First pair, plus one; 0 for none. */
  readonly pairs: Uint32Array;
  readonly pairCount: Uint16Array;
  /** Slots learned over all pairs: how good the history is. */
  readonly learned: Uint32Array;
  /** Hashes, 0 where empty: known addresses; tokens used at them, each with its device. */
  readonly known: Uint32Array;
  readonly tokens: Uint32Array;
  /** Hour (since the epoch) that is being counted, its requests, and how many hours were busy in a row. */
  readonly hour: Uint32Array;
  readonly hourCount: Float32Array;
  readonly steady: Uint8Array;
  /** 1 where that hour is not to be judged. */
  readonly doubted: Uint8Array;
  hand: number;
  readonly max: number;
}

export function createUsers(names: Names): Users {
  const { max } = names;
  const firstAt = new Float64Array(max);
  const lastAt = new Float64Array(max);
  const recent = new Float32Array(max * 2);
  const total = new Uint32Array(max);
  const pairs = new Uint32Array(max);
  const pairCount = new Uint16Array(max);
  const learned = new Uint32Array(max);
  const known = new Uint32Array(max * knownStride);
  const tokens = new Uint32Array(max * tokenStride);
  const hour = new Uint32Array(max);
  const hourCount = new Float32Array(max);
  const steady = new Uint8Array(max);
  const doubted = new Uint8Array(max);
  const columns = [
    column('firstAt', firstAt),
    column('lastAt', lastAt),
    column('recent', recent, 2),
    column('total', total),
    column('pairs', pairs),
    column('pairCount', pairCount),
    column('learned', learned),
    column('known', known, knownStride),
    column('tokens', tokens, tokenStride),
    column('hour', hour),
    column('hourCount', hourCount),
    column('steady', steady),
    column('doubted', doubted),
  ];
  const table = {
    names,
    firstAt,
    lastAt,
    recent,
    total,
    pairs,
    pairCount,
    learned,
    known,
    tokens,
    hour,
    hourCount,
    steady,
    doubted,
    columns,
  };
  return { ...table, rows: 0, hand: 0, max };
}

export function addUser(users: Users, name: string, ts: number): number {
  const user = users.names.add(name);
  if (user < 0) return -1;
  clearRow(users.columns, user);
  users.firstAt[user] = ts;
  users.lastAt[user] = ts;
  users.rows = users.names.end;
  return user;
}

/** Counts one request of the user. Late events count, and do not turn the clock back. */
export function countUser(users: Users, user: number, ts: number): void {
  const waitedMs = ts - (users.lastAt[user] ?? 0);
  const base = user * 2;
  if (waitedMs > 0) {
    const slow = Math.exp(-waitedMs / 600_000);
    users.recent[base] = (users.recent[base] ?? 0) * tenth(slow);
    users.recent[base + 1] = (users.recent[base + 1] ?? 0) * slow;
    users.lastAt[user] = ts;
  }
  users.recent[base] = (users.recent[base] ?? 0) + 1;
  users.recent[base + 1] = (users.recent[base + 1] ?? 0) + 1;
  users.total[user] = (users.total[user] ?? 0) + 1;
}
