/**
 * Requests per minute of pairs, users, endpoints and of everything, for charts of up to a day. An LMDB environment of
 * its own, written by the engine's thread only, so that charts never wait for the log nor the log for them.
 *
 * A save adds counts to rows and notes, in the same transaction, up to which log entry they are complete. After a
 * crash the replayed entries below that number are not counted again.
 */

import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'lmdb';
import type { TrafficSeries } from '../../lib/contract/console.ts';
import { retentionLimits } from '../../lib/contract/retention.ts';
import { commitFailure, openEnvironment } from './log-store.ts';
import { type MinuteCount, minuteMs, type SeriesName } from './minute-counts.ts';
import { hashBytes, pointOf, readRow, rowKey, seriesHash, writeRow } from './rollup-row.ts';

export interface RollupLimits {
  ageMsMax: number;
  bytesMax: number;
  /** New rows of pairs and users in one minute: the busiest of each save win. Totals and endpoints always get theirs. */
  rowsPerMinuteMax: number;
}
/** A day of 2,000 rows a minute at about 60 bytes is 170 MB. */
export const rollupLimits: RollupLimits = {
  ageMsMax: retentionLimits.chartsMs,
  bytesMax: retentionLimits.chartsBytesMax,
  rowsPerMinuteMax: 2_000,
};

/** What was normal for a series in that minute; unknown for most. */
export type BandOf = (name: SeriesName) => { expectedPerMinute: number; upperPerMinute: number } | undefined;

export interface Rollups {
  /** Entries up to this number are in the rows. */
  appliedSeq(): number;
  /**
   * One at a time. Goes on in small pieces, so that the log is read meanwhile.
   * @throws where the disk does not take it; the counts are then lost to the charts, and to nothing else.
   */
  save(counts: Iterable<MinuteCount>, seq: number, bandOf: BandOf): Promise<void>;
  series(name: SeriesName, fromMs: number, toMs: number): TrafficSeries;
  /** Deletes rows that are too old or too many; a bounded number each time. */
  trim(nowMs: number): Promise<void>;
  close(): Promise<void>;
}

/** A chart of a day in minutes, and no more than that. */
const pointsMax = 24 * 60 + 1;
/** Deleted at once: a minute holds about twelve saves. */
const savesTrimmedMax = 60;
/** Counts looked at before other work gets its turn: about a millisecond. */
const countsPerPiece = 1_000;
/** Minutes whose rows are remembered by name: late batches of a queue that was held up. */
const minutesKnown = 5;

interface Stores {
  rows: Database<Buffer, Buffer>;
  /** [minute, save] -> digests of the rows that were new then: what to delete when the minute is too old. */
  minutes: Database<Buffer, [number, number]>;
  meta: Database<string, string>;
}

export function createRollups(deps: { folder: string; limits: RollupLimits }): Rollups {
  const { limits } = deps;
  const root = openEnvironment(path.join(deps.folder, 'rollups'));
  const stores: Stores = {
    rows: root.openDB<Buffer, Buffer>('rows', { encoding: 'binary', keyEncoding: 'binary' }),
    minutes: root.openDB<Buffer, [number, number]>('minutes', { encoding: 'binary' }),
    meta: root.openDB<string, string>('meta', { encoding: 'string' }),
  };
  let appliedSeq = Number(stores.meta.get('appliedSeq') ?? 0);
  const known: KnownRows = new Map();

  return {
    appliedSeq: () => appliedSeq,
    async save(counts, seq, bandOf) {
      appliedSeq = seq;
      const chosen = await choose(counts, {
        stores,
        known,
        bandOf,
        rowsPerMinuteMax: limits.rowsPerMinuteMax,
      });
      const writes = root.batch(() => {
        for (const [key, row] of chosen.rows) quietly(stores.rows.put(key, row));
        for (const [minute, hashes] of chosen.fresh) {
          quietly(stores.minutes.put([minute, seq], Buffer.concat(hashes)));
        }
        quietly(stores.meta.put('appliedSeq', String(seq)));
      });
      await settled(writes);
    },
    series(name, fromMs, toMs) {
      const hash = seriesHash(name);
      const first = Math.max(0, Math.floor(fromMs / minuteMs));
      const last = Math.max(first, Math.floor(toMs / minuteMs));
      const range = { start: rowKey(hash, first), end: rowKey(hash, last + 1), limit: pointsMax };
      const points = Array.from(stores.rows.getRange(range), ({ key, value }) => pointOf(key, value));
      const all = { start: rowKey(hash, 0), end: rowKey(hash, last + 1), limit: 1 };
      const [since] = Array.from(stores.rows.getRange(all), ({ key, value }) => pointOf(key, value).at);
      return { bucketMs: minuteMs, since, points };
    },
    async trim(nowMs) {
      const oldest = Math.floor((nowMs - limits.ageMsMax) / minuteMs);
      // Later, a row that exists is found in the store, where its minute has room left.
      const forgotten = Math.floor(nowMs / minuteMs) - minutesKnown;
      for (const minute of known.keys()) if (minute < forgotten) known.delete(minute);
      const tooBig = bytesOf(stores.rows) > limits.bytesMax;
      const first = Array.from(stores.minutes.getRange({ limit: savesTrimmedMax }));
      const doomed = tooBig ? first : first.filter(({ key }) => key[0] < oldest);
      if (doomed.length === 0) return;
      const writes = root.batch(() => {
        for (const { key, value } of doomed) {
          for (let at = 0; at < value.byteLength; at += hashBytes) {
            quietly(stores.rows.remove(rowKey(value.subarray(at, at + hashBytes), key[0])));
          }
          quietly(stores.minutes.remove(key));
        }
      });
      await settled(writes);
    },
    close: () => root.close(),
  };
}

interface Choice {
  rows: [key: Buffer, row: Buffer][];
  /** Digests of rows that did not exist, by minute. */
  fresh: Map<number, Buffer[]>;
}

/** Series that have a row, by minute; only minutes of late are remembered, others are looked up in the store. */
type KnownRows = Map<number, Map<string, Buffer>>;

interface Choosing {
  stores: Stores;
  known: KnownRows;
  bandOf: BandOf;
  rowsPerMinuteMax: number;
}

/**
 * Adds the counts to the rows that exist, and makes new ones while their minute has room, the busiest first. With a
 * hundred thousand pairs active most get no row, so those are passed over before anything is computed for them.
 */
async function choose(counts: Iterable<MinuteCount>, choosing: Choosing): Promise<Choice> {
  const { known, rowsPerMinuteMax } = choosing;
  const chosen: Choice = { rows: [], fresh: new Map() };
  const rowsOf = (minute: number) => known.get(minute)?.size ?? 0;
  /** By minute: a sender that catches up brings hours at once, and each of its minutes has room of its own. */
  const newcomers = new Map<number, MinuteCount[]>();
  let looked = 0;
  for (const count of counts) {
    const { minute, name } = count;
    const hash = known.get(minute)?.get(nameKey(name));
    if (hash) addTo(chosen, choosing, count, hash);
    // Totals and endpoints always get their row.
    else if (name.user === undefined) addTo(chosen, choosing, count, remember(known, count));
    else if (rowsOf(minute) < rowsPerMinuteMax) {
      const waiting = newcomers.get(minute) ?? [];
      waiting.push(count);
      newcomers.set(minute, shortened(waiting, rowsPerMinuteMax));
    }
    looked += 1;
    if (looked % countsPerPiece === 0) await nextTurn();
  }
  for (const [minute, waiting] of newcomers) {
    const room = Math.max(0, rowsPerMinuteMax - rowsOf(minute));
    for (const count of busiest(waiting, room)) {
      addTo(chosen, choosing, count, remember(known, count));
      looked += 1;
      if (looked % (countsPerPiece / 10) === 0) await nextTurn();
    }
  }
  return chosen;
}

/** Sorted only now and then, since that is what costs. */
const shortened = (counts: MinuteCount[], countMax: number): MinuteCount[] =>
  counts.length < 4 * countMax ? counts : busiest(counts, countMax);

function busiest(counts: MinuteCount[], countMax: number): MinuteCount[] {
  return counts.sort((a, b) => b.refused - a.refused || b.requests - a.requests).slice(0, countMax);
}

function remember(known: KnownRows, count: MinuteCount): Buffer {
  const hash = seriesHash(count.name);
  const rows = known.get(count.minute) ?? new Map<string, Buffer>();
  known.set(count.minute, rows.set(nameKey(count.name), hash));
  return hash;
}

function nameKey({ user, endpoint }: SeriesName): string {
  return `${user ?? ''}\u0000${endpoint ?? ''}`;
}

function addTo(chosen: Choice, { stores, bandOf }: Choosing, count: MinuteCount, hash: Buffer): void {
  const key = rowKey(hash, count.minute);
  const stored = stores.rows.get(key);
  const row = stored ? readRow(stored) : { requests: 0, refused: 0, expected: Number.NaN, upper: Number.NaN };
  row.requests += count.requests;
  row.refused += count.refused;
  const band = bandOf(count.name);
  row.expected = band?.expectedPerMinute ?? row.expected;
  row.upper = band?.upperPerMinute ?? row.upper;
  chosen.rows.push([key, writeRow(row)]);
  if (stored) return;
  const fresh = chosen.fresh.get(count.minute) ?? [];
  fresh.push(hash);
  chosen.fresh.set(count.minute, fresh);
}

function bytesOf(store: Database<Buffer, Buffer>): number {
  const stats = Object(store.getStats());
  return (Number(stats.treeLeafPageCount) + Number(stats.treeBranchPageCount)) * Number(stats.pageSize);
}

/** Promises inside a batch reject together with the batch, which is the one that is awaited. */
function quietly(promise: Promise<boolean>): void {
  promise.catch(() => {});
}

async function settled(writes: Promise<boolean>): Promise<void> {
  try {
    await writes;
  } catch (error) {
    throw new Error((await commitFailure(error)).text);
  }
}
