/**
 * The engine: (state, event) -> changes. Pure: time and randomness are arguments; the same log gives the same state.
 * This file is the seam that the collector, the replay and the tests share; the parts are in the files beside it.
 */

import type { Finding } from '../contract/alert.ts';
import type { Baseline, Throttle } from '../contract/decision.ts';
import type { RequestEvent } from '../contract/event.ts';
import type { DetectionSettings, Exception } from '../contract/exception.ts';

/** What a stretch of events changed; taken and cleared by `takeChanges`. */
export interface EngineChanges {
  throttlesSet: Throttle[];
  /** Ids: ended, released or lifted. */
  throttlesRemoved: string[];
  /** New findings, and older ones whose numbers changed. Idempotent by id. */
  findings: Finding[];
}

/** Operator orders. They go through the event log like events, so that a replay after a crash gives the same state. */
export type EngineCommand =
  | { type: 'settings'; settings: DetectionSettings }
  | { type: 'exceptions'; exceptions: Exception[] }
  | { type: 'lift'; throttleId: string };

export interface Engine {
  /** First half of an event, before the response exists: counts the request, may set a throttle. */
  arrive(event: RequestEvent, nowMs: number): void;
  /** Second half: what the response tells (status, size, refused). */
  complete(event: RequestEvent, nowMs: number): void;
  /** Both halves. Live, replay and tests are this one path; only replay asks the enforcer in between. */
  step(event: RequestEvent, nowMs: number): void;
  /** Moves time on without an event: throttles and findings end by themselves. */
  tick(nowMs: number): void;
  apply(command: EngineCommand, nowMs: number): void;
  takeChanges(): EngineChanges;
  throttles(): Throttle[];
  baseline(user: string, endpoint: string, nowMs: number): Baseline;
  /** Everything, as bytes; `restoreEngine` gives an engine that continues exactly as this one would. */
  snapshot(): Uint8Array;
}
