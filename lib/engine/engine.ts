/**
 * The engine: (state, event) -> changes. Pure: time and randomness are arguments; the same log gives the same state.
 * This file is the seam that the collector, the replay and the tests share; `createEngine` and `restoreEngine` are in
 * create-engine.ts, the limits and their defaults in config.ts.
 */

import type { Finding } from '../contract/alert.ts';
import type { EndpointDetail, EndpointSummary, Page, Surprise, UserSummary } from '../contract/console.ts';
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

/** A list as the console asks for it; `cursor` is the number of rows to skip, as text. */
export interface EngineListQuery {
  /** Matches a part of the name, case-insensitively; empty matches all. */
  text: string;
  /** Names to leave out. */
  without?: readonly string[] | undefined;
  sort: 'score' | 'rate' | 'requests' | 'name' | 'lastSeen';
  /** Rows at most. */
  limit: number;
  cursor: string | undefined;
}

/** What alerts and settings know is added by the routes. */
export type EngineUserRow = Omit<UserSummary, 'openAlerts'>;
export type EngineEndpointRow = Omit<EndpointSummary, 'openAlerts' | 'mode'>;

/** One pair against its baseline. */
export type PairRow = Baseline & { score: number; lastSeenAt: number };

export interface EngineUserView {
  summary: EngineUserRow;
  /** Most surprising first, at most `viewRowsMax`. */
  endpoints: PairRow[];
  throttles: Throttle[];
}

export interface EngineEndpointView {
  summary: EngineEndpointRow;
  /** Most surprising first, then busiest, at most `viewRowsMax`. */
  users: PairRow[];
  cohort: EndpointDetail['cohort'];
  throttles: Throttle[];
}

/** What is normal for one pair now, for the per-minute rollups. */
export interface PairBand {
  expectedPerMinute: number;
  upperPerMinute: number;
}

/** What the whole fleet should see in this second. */
export interface TrafficBand {
  expected: number;
  lower: number;
  upper: number;
}

export interface EngineActivity {
  eventsTotal: number;
  /** Users seen in the last 15 minutes. */
  usersActive: number;
  /** Users that an open finding or a throttle in force names. */
  usersInTrouble: number;
}

export interface Engine {
  /** Tells which events come next: several are looked up at once, which makes steps faster and changes nothing else. */
  expect(events: readonly RequestEvent[]): void;
  /** First half of an event, before the response exists: counts the request, may set a throttle. */
  arrive(event: RequestEvent, nowMs: number): void;
  /** Second half: what the response tells (status, size, refused). */
  complete(event: RequestEvent, nowMs: number): void;
  /** Both halves. Live, replay and tests are this one path; only replay asks the enforcer in between. */
  step(event: RequestEvent, nowMs: number): void;
  /** Moves time on without an event: throttles and findings end by themselves. About once a second. */
  tick(nowMs: number): void;
  apply(command: EngineCommand, nowMs: number): void;
  takeChanges(): EngineChanges;
  /** True when `takeChanges` would return something: cheap, for asking after every event. */
  readonly changed: boolean;
  throttles(): Throttle[];
  /** An unknown pair gets its cohort's normal, with `requestsTotal` 0 and `confidence` 0. */
  baseline(user: string, endpoint: string, nowMs: number): Baseline;
  /** As `baseline`, without the rest: cheap enough for every pair that was active in a minute. */
  band(user: string, endpoint: string, nowMs: number): PairBand;
  /** `undefined` until an hour was seen. */
  trafficBand(nowMs: number): TrafficBand | undefined;
  activity(nowMs: number): EngineActivity;
  /** Pairs active in the last minutes that are farthest from their normal, most surprising first. */
  surprises(limit: number, nowMs: number): Surprise[];
  users(query: EngineListQuery, nowMs: number): Page<EngineUserRow>;
  user(user: string, nowMs: number): EngineUserView | undefined;
  endpoints(query: EngineListQuery, nowMs: number): Page<EngineEndpointRow>;
  endpoint(endpoint: string, nowMs: number): EngineEndpointView | undefined;
  settings(): DetectionSettings;
  /** Everything, as bytes; `restoreEngine` gives an engine that continues exactly as this one would. */
  snapshot(): Uint8Array;
}
