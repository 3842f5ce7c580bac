/**
 * The collector as the rest of the server sees it: takes batches durably, lets the engine (in its own thread) follow
 * the log, and tells what changed. This file is the seam; `createCollector` is beside it.
 */

import type {
  EndpointDetail,
  EndpointSummary,
  Page,
  Surprise,
  TrafficPoint,
  TrafficSeries,
  UserDetail,
  UserSummary,
} from '../../lib/contract/console.ts';
import type { Baseline, Decision, IngestReply, Throttle } from '../../lib/contract/decision.ts';
import type { RequestContext, RequestEvent } from '../../lib/contract/event.ts';
import type { EngineConfig } from '../../lib/engine/config.ts';
import type { EngineChanges, EngineCommand } from '../../lib/engine/engine.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { DiskLimits } from './disk-space.ts';

/** What it needs of the world. */
export interface CollectorDeps {
  /** The data folder; the collector makes `collector/` in it. */
  folder: string;
  clock: { now(): number };
  log: Log;
  metrics: Metrics;
  /** Its settings hold for the first start; later ones are commands in the log. */
  engine: EngineConfig;
  disk: DiskLimits;
  checkpointEveryMs: number;
}

export interface IncomingBatch {
  keyId: string;
  idempotencyKey: string | undefined;
  /** CRC-32 of the body: tells a repeat from a key that was used twice. */
  bodyCrc: number;
  /** Parsed, valid, redacted. */
  events: RequestEvent[];
  rejected: IngestReply['rejected'];
}

export interface ListQuery {
  /** Matches a part of the name. */
  text: string;
  sort: 'score' | 'rate' | 'requests' | 'name' | 'lastSeen';
  limit: number;
  cursor: string | undefined;
}

/** What the alert and settings tables know and the engine does not is added by the routes. */
export type UserRow = Omit<UserSummary, 'openAlerts'>;
export type EndpointRow = Omit<EndpointSummary, 'openAlerts' | 'mode'>;
export interface UserView extends Omit<UserDetail, 'summary' | 'alerts'> {
  summary: UserRow;
}
export interface EndpointView extends Omit<EndpointDetail, 'summary' | 'alerts'> {
  summary: EndpointRow;
}

/** Every 100 ms while something happened, every second otherwise. */
export interface CollectorPulse {
  atMs: number;
  changes: EngineChanges;
  /** Seconds that changed since the last pulse. */
  points: TrafficPoint[];
  surprises: Surprise[];
  eventsTotal: number;
  usersActive: number;
  usersInTrouble: number;
}

export interface CollectorHealth {
  ready: boolean;
  /** Log entries that the engine has still to read. */
  backlogEntries: number;
  /** Plain words for each part that works less well than it should. */
  degraded: string[];
}

export interface Collector {
  /**
   * Durable when it resolves. The same idempotency key within 24 h gives the first answer again.
   * @throws AppError `storage_full`, `collector_behind`, `idempotency_key_reused`
   */
  ingest(batch: IncomingBatch): Promise<IngestReply>;
  decide(request: RequestContext): Decision;
  baseline(user: string, endpoint: string): Promise<Baseline>;
  /** In force now. */
  throttles(): Throttle[];
  /** Resolves when the order is durable, and so before every event that comes later, or once it is also applied. */
  command(command: EngineCommand, until?: 'logged' | 'applied'): Promise<void>;
  users(query: ListQuery): Promise<Page<UserRow>>;
  user(user: string): Promise<UserView | undefined>;
  endpoints(query: ListQuery): Promise<Page<EndpointRow>>;
  endpoint(endpoint: string): Promise<EndpointView | undefined>;
  /** Requests per minute with the band, from the rollups. Of everything where neither user nor endpoint is given. */
  series(query: { user?: string; endpoint?: string; fromMs: number; toMs: number }): Promise<TrafficSeries>;
  /** Per-second points of the last 15 minutes, and the surprises of now. */
  live(): {
    points: TrafficPoint[];
    surprises: Surprise[];
    eventsTotal: number;
    usersActive: number;
    usersInTrouble: number;
  };
  /** A checkpoint that contains a pulse's findings waits until the promises of all listeners have settled. */
  onPulse(listener: (pulse: CollectorPulse) => void | Promise<void>): () => void;
  health(): CollectorHealth;
  /** Finishes batches in flight, writes a checkpoint. */
  close(): Promise<void>;
}
