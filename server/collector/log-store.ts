/**
 * The LMDB environment of the event log. The HTTP thread writes it, the engine's thread reads it; both open it here,
 * so that names and encodings cannot drift apart.
 */

import path from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';

export interface LogStore {
  root: RootDatabase;
  /** seq -> entry, see log-entry.ts. */
  entries: Database<Buffer, number>;
  /** Idempotency records, in two generations: see idempotency.ts. */
  replies: [Database<Buffer, string>, Database<Buffer, string>];
  /** Small facts of the log itself. */
  meta: Database<string, string>;
}

/**
 * Batching by event turn is off: its hidden promise rejects with nobody to catch it when the disk is full, and would end
 * the process at the very moment it must go on. What belongs together is put into one `batch` here anyway.
 */
export function openEnvironment(folder: string): RootDatabase {
  return open({ path: folder, noSubdir: false, maxDbs: 8, eventTurnBatching: false });
}

export function openLogStore(folder: string): LogStore {
  const root = openEnvironment(path.join(folder, 'log'));
  return {
    root,
    entries: root.openDB<Buffer, number>('entries', { encoding: 'binary', keyEncoding: 'ordered-binary' }),
    replies: [
      root.openDB<Buffer, string>('replies-0', { encoding: 'binary' }),
      root.openDB<Buffer, string>('replies-1', { encoding: 'binary' }),
    ],
    meta: root.openDB<string, string>('meta', { encoding: 'string' }),
  };
}

/** The newest entry's number, 0 for an empty log. */
export function newestSeqOf(store: LogStore): number {
  for (const seq of store.entries.getKeys({ reverse: true, limit: 1 })) return seq;
  return 0;
}

/** The bytes that the entries fill, overflow pages included. */
export function entriesBytes(store: LogStore): number {
  const stats = Object(store.entries.getStats());
  const pages =
    Number(stats.treeLeafPageCount) + Number(stats.treeBranchPageCount) + Number(stats.overflowPages);
  return pages * Number(stats.pageSize);
}

export function entriesCount(store: LogStore): number {
  return Number(Object(store.entries.getStats()).entryCount);
}

/** Errors of LMDB and of the system that mean "no room": MDB_MAP_FULL, ENOSPC, EDQUOT. */
const noRoomCodes: ReadonlySet<unknown> = new Set([-30792, 28, 122]);

/**
 * Why a commit failed. LMDB's binding rejects with a general error that holds a second promise with the cause; both
 * must be awaited, or the second one ends the process as an unhandled rejection.
 */
export async function commitFailure(error: unknown): Promise<{ noRoom: boolean; text: string }> {
  let cause: unknown = error;
  if (error instanceof Error && 'commitError' in error) {
    try {
      await error.commitError;
    } catch (inner) {
      cause = inner;
    }
  }
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return {
    noRoom: noRoomCodes.has(code),
    text: `${cause instanceof Error ? cause.message : cause} (${code})`,
  };
}
