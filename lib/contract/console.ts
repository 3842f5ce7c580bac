/**
 * The console's view: answers of the admin API (`/api/*`) and frames of the socket.io namespace `/console`.
 * Plain types only; request bodies are parsed by the schemas in api.schema.ts.
 */

import type { AccountNotice } from './account.ts';
import type { Alert } from './alert.ts';
import type { Baseline, Conclusion, DetectorKind, Mode, Scope, Throttle } from './decision.ts';
import type { DetectionSettings, Exception } from './exception.ts';

/** One bucket of traffic, for charts. `expected`, `lower` and `upper` are absent until the normal is known. */
export interface TrafficPoint {
  /** Start of the bucket, ms since the epoch. */
  at: number;
  requests: number;
  refused: number;
  alerts: number;
  expected?: number;
  lower?: number;
  upper?: number;
}

export interface TrafficSeries {
  bucketMs: number;
  /** The first bucket that is known of this series, at or before the window's start too; absent where none is. */
  since?: number;
  points: TrafficPoint[];
}

/** A pair that is far from its normal now. */
export interface Surprise {
  user: string;
  endpoint: string;
  ratePerMinute: number;
  expectedPerMinute: number;
  upperPerMinute: number;
  /** How surprising, as evidence in nats; sorts the list. */
  score: number;
  conclusion: Conclusion;
}

/** An alert as lists show it. */
export type AlertSummary = Omit<Alert, 'evidence' | 'exampleEvents'>;

export interface Totals {
  openAlerts: number;
  /** Opened in the last 15 minutes and not yet looked at. */
  newAlerts: number;
  usersInTrouble: number;
  /** Users seen in the last 15 minutes. */
  usersActive: number;
  eventsTotal: number;
}

/** `GET /api/live`, and the socket's first frame in room `live`. */
export interface LiveSnapshot {
  /** Per-second points of the last 15 minutes. */
  traffic: TrafficSeries;
  surprises: Surprise[];
  throttles: Throttle[];
  totals: Totals;
  mode: Mode;
  /** Parts that work less well than they should, in plain words; empty when all is well. */
  degraded: string[];
}

/** What changed since the last frame; at most one frame per room in 100 ms. */
export interface LiveDelta {
  /** New or corrected seconds; replace by `at`. */
  points: TrafficPoint[];
  surprises?: Surprise[];
  throttles?: Throttle[];
  totals?: Totals;
  mode?: Mode;
  degraded?: string[];
}

export interface AlertsDelta {
  /** New or changed alerts, newest last. */
  changed: AlertSummary[];
  totals: Totals;
}

/** Every frame carries `seq` per room: a gap means frames were dropped for a slow reader, and a snapshot follows. */
export type ConsoleFrame =
  | { room: 'live'; seq: number; type: 'snapshot'; data: LiveSnapshot }
  | { room: 'live'; seq: number; type: 'delta'; data: LiveDelta }
  | { room: 'alerts'; seq: number; type: 'delta'; data: AlertsDelta };

export type ConsoleRoom = ConsoleFrame['room'];

export interface ServerToConsole {
  frame: (frame: ConsoleFrame) => void;
  /** Nonce for the next renewal of this socket's token. */
  nonce: (nonce: string) => void;
  /** Another session did something to this operator's account; `GET /api/notices` tells it again. */
  notice: (notice: AccountNotice) => void;
}

/** Each is authorised anew; the acknowledgement says `ok` or a problem code. */
export interface ConsoleToServer {
  watch: (room: ConsoleRoom, ack: (result: 'ok' | string) => void) => void;
  unwatch: (room: ConsoleRoom, ack: (result: 'ok' | string) => void) => void;
  renew: (auth: { token: string; dpop: string }, ack: (result: 'ok' | string) => void) => void;
}

/** One page of a list; `total` is the real total for the filter. */
export interface Page<T> {
  items: T[];
  total: number;
  /** Pass as `cursor` for the next page; absent on the last. */
  nextCursor?: string;
}

/** `GET /api/alerts/{id}` */
export interface AlertDetail {
  alert: Alert;
  /** The pair's (or address's) requests per minute with its band, around the finding. */
  series: TrafficSeries;
  throttles: Throttle[];
  timeline: { at: number; by: string; what: string }[];
}

/** `GET /api/users`: one row. */
export interface UserSummary {
  user: string;
  requestsTotal: number;
  ratePerMinute: number;
  expectedPerMinute: number;
  endpoints: number;
  lastSeenAt: number;
  throttled: boolean;
  openAlerts: number;
}

/** `GET /api/users/{user}` */
export interface UserDetail {
  summary: UserSummary;
  /** Each of the user's endpoints against its baseline, most surprising first. */
  endpoints: (Baseline & { score: number; lastSeenAt: number })[];
  throttles: Throttle[];
  alerts: AlertSummary[];
}

/** `GET /api/endpoints`: one row. */
export interface EndpointSummary {
  endpoint: string;
  requestsTotal: number;
  ratePerMinute: number;
  expectedPerMinute: number;
  users: number;
  errorShare: number;
  lastSeenAt: number;
  mode: Mode;
  openAlerts: number;
}

/** `GET /api/endpoints/{endpoint}` */
export interface EndpointDetail {
  summary: EndpointSummary;
  /** Busiest users, most surprising first. */
  users: (Baseline & { score: number; lastSeenAt: number })[];
  /** What the crowd does here: requests a minute of an active user. */
  cohort: { medianPerMinute: number; highPerMinute: number; users: number };
  throttles: Throttle[];
  alerts: AlertSummary[];
}

export interface IngestKey {
  /** `key_…` */
  id: string;
  name: string;
  /** First characters of the secret, enough to recognise it. */
  prefix: string;
  createdAt: number;
  createdBy: string;
  lastUsedAt?: number;
  revokedAt?: number;
  /** From then on it opens nothing; absent: until it is revoked. */
  expiresAt?: number;
  /** True for the key given by the environment: it cannot be revoked here. */
  fromEnvironment?: boolean;
}

export interface IngestKeyDraft {
  name: string;
  /** Absent: until it is revoked. */
  lifetimeDays?: number | undefined;
}

/** `POST /api/ingest-keys`: the only time the secret is seen. */
export interface IngestKeyCreated {
  key: IngestKey;
  secret: string;
}

export interface Operator {
  /** `opr_…` */
  id: string;
  name: string;
}

/** Answer of sign-in, setup and refresh: the access token lives in memory only. */
export interface SessionGrant {
  accessToken: string;
  /** ms since the epoch. */
  expiresAt: number;
  operator: Operator;
}

export type { Alert, DetectionSettings, DetectorKind, Exception, Scope, Throttle };
