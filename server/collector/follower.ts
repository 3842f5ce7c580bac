/**
 * Lets the engine follow the log: replay after a start and live are this one loop. It reads in bounded slices, so that
 * questions are answered between two of them.
 */

import type { Engine } from '../../lib/engine/engine.ts';
import { decodeEntry } from './log-entry.ts';
import type { LogStore } from './log-store.ts';
import type { MinuteCounts, SeriesName } from './minute-counts.ts';
import type { BandOf, Rollups } from './rollups.ts';
import type { Seconds } from './seconds.ts';

/** A slice of work, after which messages are looked at. */
const sliceMsMax = 10;
/** Entries fetched at once. */
const entriesPerReadMax = 16;

export interface Follower {
  /** @returns true while there is more to read at once */
  slice(): boolean;
  /** Lets time pass where no event does. Call when the log is read to its end. */
  tick(): void;
  /** The last entry read. */
  seq(): number;
  /** How old that entry was when it was read. */
  lagMs(): number;
  /** The newest time that the engine has seen. */
  nowMs(): number;
  /** Moves the counts gathered since the last time into the rollups. */
  saveRollups(): Promise<void>;
}

export function createFollower(deps: {
  store: LogStore;
  engine: Engine;
  counts: MinuteCounts;
  seconds: Seconds;
  rollups: Rollups;
  clock: { now(): number };
  /** Continue after this entry. */
  fromSeq: number;
  /** An entry that cannot be read is passed over, and said so. */
  onUnreadable: (seq: number, error: unknown) => void;
}): Follower {
  const { store, engine, counts, seconds, rollups, clock } = deps;
  let seq = deps.fromSeq;
  let nowMs = 0;
  let lagMs = 0;
  let saving: Promise<void> | undefined;

  const follow = (bytes: Buffer) => {
    const entry = decodeEntry(bytes);
    nowMs = Math.max(nowMs, entry.receivedAtMs);
    lagMs = Math.max(0, clock.now() - entry.receivedAtMs);
    if ('command' in entry) return engine.apply(entry.command, nowMs);
    // After a crash the charts may already hold what the engine has to read again.
    const charted = seq <= rollups.appliedSeq();
    engine.expect(entry.events);
    for (const event of entry.events) {
      engine.step(event, nowMs);
      const atMs = Math.min(event.ts, nowMs);
      seconds.count(atMs, event.refused === true);
      if (!charted) counts.record(event, atMs);
    }
  };

  return {
    slice() {
      const endsAt = performance.now() + sliceMsMax;
      store.root.resetReadTxn();
      let fetched = 0;
      for (const { key, value } of store.entries.getRange({ start: seq + 1, limit: entriesPerReadMax })) {
        fetched += 1;
        seq = key;
        try {
          follow(value);
        } catch (error) {
          deps.onUnreadable(key, error);
        }
        if (performance.now() >= endsAt) return true;
      }
      if (fetched === 0) lagMs = 0;
      return fetched === entriesPerReadMax;
    },
    tick() {
      nowMs = Math.max(nowMs, clock.now());
      engine.tick(nowMs);
    },
    seq: () => seq,
    lagMs: () => lagMs,
    nowMs: () => nowMs,
    async saveRollups() {
      // One at a time: rows are read, added to and written. Whoever reads them must find what is on its way, too.
      while (saving) await saving.catch(() => {});
      if (seq <= rollups.appliedSeq()) return;
      saving = rollups.save(counts.take(), seq, bandsFrom(engine, nowMs)).finally(() => {
        saving = undefined;
      });
      await saving;
    },
  };
}

/** What the engine calls normal for a pair, and for the whole; other series have no band of their own. */
function bandsFrom(engine: Engine, nowMs: number): BandOf {
  const whole = engine.trafficBand(nowMs);
  return ({ user, endpoint }: SeriesName) => {
    if (user !== undefined && endpoint !== undefined) return engine.band(user, endpoint, nowMs);
    if (user !== undefined || endpoint !== undefined || whole === undefined) return undefined;
    return { expectedPerMinute: whole.expected * 60, upperPerMinute: whole.upper * 60 };
  };
}
