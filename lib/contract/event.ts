/**
 * One observed request, as an enforcement point reports it.
 *
 * Plain interfaces and limits only: the SDK inlines this file, so it imports nothing.
 * The schema that parses it at the edge is in event.schema.ts.
 */

export type HttpMethod =
  | 'GET'
  | 'HEAD'
  | 'POST'
  | 'PUT'
  | 'PATCH'
  | 'DELETE'
  | 'OPTIONS'
  | 'TRACE'
  | 'CONNECT';

export interface RequestEvent {
  /** When the request arrived at the service, ms since the epoch. At most 24 h old and 5 min ahead. */
  ts: number;
  /** The caller: a user id, a key id, or `ip:<address>` for strangers. */
  user: string;
  method: HttpMethod;
  /** Route template without the method, `/v1/orders/{id}`; never a raw path. */
  endpoint: string;
  /** HTTP status that was sent, 100 to 599. */
  status: number;
  latencyMs?: number;
  /** Size of the response body. */
  bytes?: number;
  /** Address of the caller; may be hashed, the engine needs equality only. */
  ip?: string;
  /** User agent; may be hashed. */
  ua?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** Id (never the value) of the access token that was used. */
  tokenId?: string;
  /** The object that the call named, for example the order's id; may be hashed. */
  objectId?: string;
  /** The raw path, where it says more than the template (unrouted requests). */
  path?: string;
  /** The customer's service that observed the request. */
  service?: string;
  /** Set when the enforcement point refused the request: evidence, never baseline. */
  refused?: boolean;
}

/** The request half of an event: all that is known before the response exists. Decisions depend on nothing else. */
export type RequestContext = Pick<RequestEvent, 'user' | 'ip' | 'tokenId'> & {
  /** With its method, as decisions and alerts write it: `GET /v1/orders/{id}`. */
  endpoint: string;
};

/** Joins method and template the way decisions, alerts and the console write an endpoint. */
export function endpointName(method: string, template: string): string {
  return `${method} ${template}`;
}

/** Why one event of a batch was not taken. Stable: customers switch on these. */
export type EventRejection =
  | 'invalid_json'
  | 'invalid_event'
  | 'invalid_ts'
  | 'too_old'
  | 'in_future'
  | 'string_too_long'
  | 'missing_field';

/** Longest strings taken, in UTF-16 units. Long enough for real ids and user agents, short enough that a batch stays small. */
export const stringLengthsMax = {
  user: 256,
  endpoint: 512,
  ip: 64,
  ua: 512,
  country: 8,
  tokenId: 256,
  objectId: 256,
  path: 2048,
  service: 64,
} as const;

/** An event older than this says nothing about now (24 h). */
export const eventAgeMsMax = 24 * 60 * 60 * 1000;
/** A sender's clock may be ahead by this much (5 min). */
export const eventAheadMsMax = 5 * 60 * 1000;
/** Most events in one batch: about 2 MB of JSON, 20 ms of work. */
export const batchEventsMax = 5_000;
/** Largest body as sent, before decompression (2 MiB). */
export const batchBytesMax = 2 * 1024 * 1024;
/** Largest body after decompression (16 MiB): a full batch of long events. */
export const batchInflatedBytesMax = 16 * 1024 * 1024;
/** Longest `Idempotency-Key`; remembered for 24 h. */
export const idempotencyKeyLengthMax = 128;
