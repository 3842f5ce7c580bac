/** When to write checkpoints, and how far back the log is still needed. */

import type { Engine } from '../../lib/engine/engine.ts';
import { type Checkpoint, writeCheckpoint } from './checkpoint.ts';
import type { Follower } from './follower.ts';
import type { Seconds } from './seconds.ts';
import type { WorkerSetup } from './worker-protocol.ts';

/** Checkpoints may take this share of the thread's time, however large the state becomes. */
const timeShareMax = 0.05;

/** While no entry arrives, only every twelfth one is written. */
const quietFactor = 12;

export interface Checkpoints {
  /** True when the state should be taken. */
  due(): boolean;
  /** Takes the state as it is now. It is written later, when what it told the world is known to be stored. */
  take(): void;
  /** A state was taken and waits to be written. */
  taken(): boolean;
  /** How long it has been waiting, ms. */
  waitedMs(): number;
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
  let takenAtMs = performance.now();
  let taken: Checkpoint | undefined;
  return {
    due() {
      const nowMs = performance.now();
      if (taken !== undefined || nowMs < dueAtMs) return false;
      // Quiet times still get one now and then: throttles that ended by time alone are part of the state.
      return follower.seq() !== seq || nowMs - takenAtMs >= quietFactor * setup.checkpointEveryMs;
    },
    take() {
      takenAtMs = performance.now();
      const view = JSON.stringify({ points: deps.seconds.all(follower.nowMs()) });
      taken = { seq: follower.seq(), engine: engine.snapshot(), view };
      const tookMs = performance.now() - takenAtMs;
      dueAtMs = takenAtMs + Math.max(setup.checkpointEveryMs, tookMs / timeShareMax);
    },
    taken: () => taken !== undefined,
    waitedMs: () => performance.now() - takenAtMs,
    async write() {
      if (taken === undefined) return;
      const checkpoint = taken;
      taken = undefined;
      await writeCheckpoint(setup.folder, checkpoint);
      safeSeq = seq;
      seq = checkpoint.seq;
    },
    safeSeq: () => safeSeq,
  };
}
