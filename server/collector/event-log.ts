/**
 * The durable log, as the HTTP thread writes it. An entry and its idempotency record are one transaction, and
 * `append` resolves only after the disk has confirmed it. LMDB gathers what arrives during one flush into the next
 * transaction, so a busy server flushes no more often than a quiet one.
 *
 * Numbers only grow; a number may be missing where a write failed and its sender was told so.
 */

import { retentionLimits } from '../../lib/contract/retention.ts';
import { AppError } from '../http/app-error.ts';
import type { Log } from '../observe/log.ts';
import type { DiskSpace } from './disk-space.ts';
import type { IdempotencyRecords, StoredReply } from './idempotency.ts';
import { encodeEntry, entryTime, type LogEntry } from './log-entry.ts';
import { commitFailure, entriesBytes, entriesCount, type LogStore, newestSeqOf } from './log-store.ts';

export interface LogRetention {
  /** Entries behind the checkpoint are kept this long, for a restart without a usable checkpoint. */
  ageMsMax: number;
  bytesMax: number;
}

/** A day, or a GiB: about 8 million events. */
export const logRetention: LogRetention = {
  ageMsMax: retentionLimits.eventsMs,
  bytesMax: retentionLimits.eventsBytesMax,
};

export interface EventLog {
  /**
   * @returns the entry's number, once it is on disk
   * @throws AppError `storage_full`, `unavailable`
   */
  append(entry: LogEntry, record?: { key: string; reply: StoredReply }): Promise<number>;
  /** The newest entry that is on disk. */
  committedSeq(): number;
  /** Deletes entries up to `safeSeq` that are too old or too many; a bounded number each time. */
  trim(safeSeq: number, nowMs: number): Promise<void>;
  close(): Promise<void>;
}

/** One round of deletion: short enough to go unnoticed between two batches. */
const trimEntriesMax = 2_000;

export function createEventLog(deps: {
  store: LogStore;
  records: IdempotencyRecords;
  disk: DiskSpace;
  retention: LogRetention;
  log: Log;
  /** The log may have been trimmed behind a checkpoint: numbers must not start again below it. */
  seqFloor: number;
}): EventLog {
  const { store, disk, log } = deps;
  let newestSeq = Math.max(newestSeqOf(store), deps.seqFloor);
  let committedSeq = newestSeq;

  const failed = async (error: unknown): Promise<AppError> => {
    const { noRoom, text } = await commitFailure(error);
    if (noRoom) disk.reportFull();
    else await disk.check().catch(() => {});
    log.error({ err: text }, 'a batch could not be written to the event log');
    return noRoom || !disk.hasRoom() ? storageFull() : new AppError('unavailable', { internal: text });
  };

  /** Takes bytes, not events: while it waits for the disk, the events themselves can be collected as garbage. */
  const commit = async (
    bytes: Buffer,
    record: { key: string; reply: StoredReply } | undefined,
  ): Promise<number> => {
    const seq = ++newestSeq;
    try {
      await inOneTransaction(store, () => [
        store.entries.put(seq, bytes),
        ...(record ? [deps.records.put(record.key, record.reply)] : []),
      ]);
      await store.root.flushed;
    } catch (error) {
      throw await failed(error);
    }
    committedSeq = Math.max(committedSeq, seq);
    return seq;
  };

  return {
    append: (entry, record) =>
      disk.hasRoom() ? commit(encodeEntry(entry), record) : Promise.reject(storageFull()),
    committedSeq: () => committedSeq,
    async trim(safeSeq, nowMs) {
      const doomed = doomedEntries(store, deps.retention, safeSeq, nowMs);
      if (doomed.length === 0) return;
      try {
        await inOneTransaction(store, () => doomed.map((seq) => store.entries.remove(seq)));
      } catch (error) {
        log.warn({ err: (await commitFailure(error)).text }, 'old log entries could not be deleted');
      }
    },
    async close() {
      await store.root.flushed;
      await store.root.close();
    },
  };
}

function storageFull(): AppError {
  return new AppError('storage_full', { headers: { 'retry-after': '30' } });
}

/** Every promise of the batch is awaited: each one rejects by itself when the commit fails. */
async function inOneTransaction(store: LogStore, writes: () => Promise<boolean>[]): Promise<void> {
  let written: Promise<boolean>[] = [];
  const batch = store.root.batch(() => {
    written = writes();
  });
  const results = await Promise.allSettled([batch, ...written]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/**
 * Oldest first; the newest entry always stays, since the numbering goes on from it. Sizes are taken as equal and times
 * as ordered, so that a handful of entries is read and not all of them.
 */
function doomedEntries(store: LogStore, retention: LogRetention, safeSeq: number, nowMs: number): number[] {
  const keys = Array.from(store.entries.getKeys({ end: safeSeq, limit: trimEntriesMax }));
  const bytes = entriesBytes(store);
  const tooMany = Math.ceil((bytes - retention.bytesMax) / (bytes / entriesCount(store)));
  let young = keys.length;
  let old = 0;
  while (old < young) {
    const middle = (old + young) >> 1;
    const entry = store.entries.get(keys[middle] ?? 0);
    if (entry === undefined || entryTime(entry) < nowMs - retention.ageMsMax) old = middle + 1;
    else young = middle;
  }
  return keys.slice(0, Math.max(old, tooMany, 0));
}
