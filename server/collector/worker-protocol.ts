/** What the HTTP thread and the engine's thread say to each other. Plain data only: it is cloned on the way. */

import type { Page, TrafficPoint, TrafficSeries } from '../../lib/contract/console.ts';
import type { Baseline, Throttle } from '../../lib/contract/decision.ts';
import type { EngineConfig } from '../../lib/engine/config.ts';
import type { CollectorPulse, EndpointRow, EndpointView, ListQuery, UserRow, UserView } from './collector.ts';
import type { SeriesName } from './minute-counts.ts';

/** Given once, when the thread starts. */
export interface WorkerSetup {
  folder: string;
  /** Its settings are those of the first start; later ones are in the checkpoint and the log. */
  engine: EngineConfig;
  checkpointEveryMs: number;
}

/** Every question with its answer. */
export interface Queries {
  /** Answered when the log has been read up to `afterSeq`, so that a sender reads its own writes. */
  baseline: { ask: { user: string; endpoint: string; afterSeq: number }; answer: Baseline };
  users: { ask: ListQuery; answer: Page<UserRow> };
  user: { ask: { user: string }; answer: UserView | undefined };
  endpoints: { ask: ListQuery; answer: Page<EndpointRow> };
  endpoint: { ask: { endpoint: string }; answer: EndpointView | undefined };
  series: { ask: SeriesName & { fromMs: number; toMs: number }; answer: TrafficSeries };
}
export type QueryName = keyof Queries;
export type Question = { [Name in QueryName]: { name: Name; ask: Queries[Name]['ask'] } }[QueryName];

export type ToWorker =
  /** The log grew. */
  | { type: 'wake' }
  | { type: 'query'; id: number; question: Question }
  /** Everybody who listens has dealt with this pulse: a checkpoint may contain it. */
  | { type: 'pulseStored'; number: number }
  | { type: 'close' };

export interface Progress {
  /** The last entry read. */
  seq: number;
  /** Entries up to this number may be deleted: no checkpoint needs them. */
  safeSeq: number;
  /** How old the last entry read was when it was read, ms. */
  lagMs: number;
  degraded: string[];
}

export type FromWorker =
  /** The log has been read to its end for the first time. */
  | { type: 'ready'; throttles: Throttle[]; points: TrafficPoint[]; notes: string[] }
  | { type: 'pulse'; number: number; pulse: CollectorPulse; progress: Progress }
  /** For the log. */
  | { type: 'note'; text: string }
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'failure'; id: number; message: string }
  | { type: 'closed' };
