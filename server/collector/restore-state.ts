/** Brings the engine back from the newest checkpoint that can be read; from nothing, and so the whole log, else. */

import type { TrafficPoint } from '../../lib/contract/console.ts';
import type { EngineConfig } from '../../lib/engine/config.ts';
import type { Engine } from '../../lib/engine/engine.ts';
import { readCheckpoints } from './checkpoint.ts';
import type { WorkerSetup } from './worker-protocol.ts';

export interface EngineMaker {
  create(config: EngineConfig): Engine;
  /** @throws where the bytes are not of this version */
  restore(config: EngineConfig, bytes: Uint8Array): Engine;
}

export interface RestoredState {
  engine: Engine;
  /** Continue after this entry of the log. */
  seq: number;
  /** The live chart. */
  points: TrafficPoint[];
  /** What an operator should know about how it went. */
  notes: string[];
}

export async function restoreState(setup: WorkerSetup, maker: EngineMaker): Promise<RestoredState> {
  const notes: string[] = [];
  const unusable = (file: string, reason: string) => notes.push(`${file} cannot be used: ${reason}.`);
  for await (const checkpoint of readCheckpoints(setup.folder, unusable)) {
    try {
      const engine = maker.restore(setup.engine, checkpoint.engine);
      // Written by checkpoints.ts and covered by the file's checksum.
      const view: { points: TrafficPoint[] } = JSON.parse(checkpoint.view);
      return { engine, seq: checkpoint.seq, points: view.points, notes };
    } catch (error) {
      unusable(
        `The checkpoint at entry ${checkpoint.seq}`,
        error instanceof Error ? error.message : String(error),
      );
    }
  }
  if (notes.length > 0)
    notes.push('What was learned is being learned again from the event log that is left.');
  return { engine: maker.create(setup.engine), seq: 0, points: [], notes };
}
