/** Everything the engine remembers, in one place; the files beside it are functions over it. */

import type { RequestEvent } from '../contract/event.ts';
import type { Exception } from '../contract/exception.ts';
import type { Addresses } from './addresses.ts';
import type { Ahead } from './ahead.ts';
import type { EngineConfig } from './config.ts';
import type { Costs } from './cost.ts';
import type { Drifts } from './drift.ts';
import type { Endpoints } from './endpoints.ts';
import type { KeyedHash } from './hash.ts';
import type { Health } from './health.ts';
import type { Novelty } from './novelty.ts';
import type { Pairs } from './pairs.ts';
import type { Responses } from './responses.ts';
import type { Visits } from './rush.ts';
import type { Standing } from './standing.ts';
import type { Strangers } from './strangers.ts';
import type { Suspects } from './suspects.ts';
import type { Traffic } from './traffic.ts';
import type { Users } from './users.ts';

export interface EngineState {
  config: EngineConfig;
  /** All evidence is multiplied by this (`false-alarm-budget.ts`). */
  evidenceWeight: number;
  /** Of whatever strangers choose the text of; keyed by `config.hashSeed`. */
  hash: KeyedHash;
  exceptions: Exception[];
  ahead: Ahead;
  users: Users;
  endpoints: Endpoints;
  pairs: Pairs;
  addresses: Addresses;
  standing: Standing;
  suspects: Suspects;
  strangers: Strangers;
  drifts: Drifts;
  novelty: Novelty;
  costs: Costs;
  traffic: Traffic;
  /** How slowly and how often in error endpoints answer; rows are those of `endpoints`. */
  latency: Health;
  errors: Health;
  /** How often users come to endpoints; rows are those of `endpoints`. */
  visits: Visits;
  responses: Responses;
  eventsTotal: number;
  /** Last time that whole endpoints were forgotten for lack of room. */
  sweptAt: number;
}

/** One event, with the rows it belongs to; -1 where there was no room. Reused: read before the next event. */
export interface Observation {
  event: RequestEvent;
  nowMs: number;
  /** The event's own time, never ahead of `nowMs`. */
  ts: number;
  user: number;
  endpoint: number;
  pair: number;
  /** Hash of the address, or of the user where the event has none: more than one step asks for it. */
  caller: number;
  /** Nats of the rate alarm (`rate.ts`), which several detectors ask for; NaN while nobody has. */
  rate: number;
}
