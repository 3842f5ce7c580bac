/**
 * `GET /v1/stream`: server-sent events for enforcement points. A `snapshot` first, then `delta`s; the event id is
 * `<epoch>.<seq>`, and a client that sends it back as `Last-Event-ID` gets the deltas it missed, or a new snapshot
 * where they are gone. `ping` every 15 s tells that the view is fresh. Plain types only.
 *
 * With `?watch=revocations` it is for a verifier of tokens: all that is told of throttles may be ignored, and the
 * connection is not counted as an enforcement point.
 */

import type { Throttle } from './decision.ts';
import type { Revocation } from './revocation.ts';

export interface StreamSnapshot {
  seq: number;
  /** All throttles in force. */
  throttles: Throttle[];
  /** Enforcement points connected now; a limit is shared equally between them. */
  instances: number;
  /** Tokens that ended before their time and could still be shown; absent where the server tells of none. */
  revocations?: Revocation[];
}

export interface StreamDelta {
  seq: number;
  /** New or changed. */
  set: Throttle[];
  /** Ids of throttles that ended or were lifted. */
  removed: string[];
  instances: number;
  /** New since the delta before. */
  revoked?: Revocation[];
}

export type StreamEvent =
  | { type: 'snapshot'; data: StreamSnapshot }
  | { type: 'delta'; data: StreamDelta }
  | { type: 'ping'; data: { seq: number } };

/** A stream that was silent for this long is cut and opened again (45 s: three pings). */
export const streamSilenceMsMax = 45_000;
/** The server's ping. */
export const streamPingMs = 15_000;
