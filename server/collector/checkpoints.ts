/** When to write checkpoints, and how far back the log is still needed. */

import type { Engine } from '../../lib/engine/engine.ts';
import { writeCheckpoint } from './checkpoint.ts';
import type { Follower } from './follower.ts';
import type { Seconds } from './seconds.ts';
import type { WorkerSetup } from './worker-protocol.ts';

/** Checkpoints may take this share of the thread's time, however large the state becomes. */
const timeShareMax = 0.05;

/** While no entry arrives, only every twelfth one is written. */
const quietFactor = 12;

export interface Checkpoints {
  due(): boolean;
  /** Asks again in a second. @returns how long it has been put off already, ms */
  putOff(): number;
  write(): Promise<void>;
  /** Entries up to this number are in both checkpoints: the older one can stand in for the newer. */
  safeSeq(): number;
}

export function createCheckpoints(deps: {
  setup: WorkerSetup;
  engine: Engine;
  follower: Follower;
  seconds: Seconds;
  /** Of the checkpoint that the state came from. */
  seq: number;
}): Checkpoints {
  const { engine, follower, setup } = deps;
  let seq = deps.seq;
  let safeSeq = 0;
  let dueAtMs = performance.now() + setup.checkpointEveryMs;
  let writtenAtMs = performance.now();
  let putOffSinceMs: number | undefined;
  return {
    due: () => performance.now() >= dueAtMs,
    putOff() {
      const nowMs = performance.now();
      putOffSinceMs ??= nowMs;
      dueAtMs = nowMs + 1_000;
      return nowMs - putOffSinceMs;
    },
    safeSeq: () => safeSeq,
    async write() {
      const startedAtMs = performance.now();
      const next = follower.seq();
      putOffSinceMs = undefined;
      dueAtMs = startedAtMs + setup.checkpointEveryMs;
      // Quiet times still get one now and then: throttles that ended by time alone are part of the state.
      if (next === seq && startedAtMs - writtenAtMs < quietFactor * setup.checkpointEveryMs) return;
      const view = JSON.stringify({ points: deps.seconds.all(follower.nowMs()) });
      try {
        await writeCheckpoint(setup.folder, { seq: next, engine: engine.snapshot(), view });
        safeSeq = seq;
        seq = next;
      } finally {
        writtenAtMs = performance.now();
        const tookMs = writtenAtMs - startedAtMs;
        dueAtMs = writtenAtMs + Math.max(setup.checkpointEveryMs, tookMs / timeShareMax);
      }
    },
  };
}
