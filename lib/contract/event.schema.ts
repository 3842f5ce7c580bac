/**
 * Parses events at the edge. The Zod schema is the one definition of a valid event.
 *
 * Walking the schema costs as much as `JSON.parse` of the same text, and would halve what one core can take in. So a
 * hand-written check that knows nothing but "this is certainly valid" goes first, and only what it doubts is asked of
 * the schema, which also names the mistake. event.schema.property.test.ts holds the two together.
 */

import * as z from 'zod';
import {
  batchEventsMax,
  type EventRejection,
  eventAgeMsMax,
  eventAheadMsMax,
  type HttpMethod,
  type RequestEvent,
  stringLengthsMax,
} from './event.ts';

const httpMethods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
] as const satisfies readonly HttpMethod[];

/** Many serialisers write `null` for what is absent. */
const absent = <T>(value: T | null | undefined): T | undefined => value ?? undefined;
const optionalText = (lengthMax: number) => z.string().max(lengthMax).nullish().transform(absent);
const optionalAmount = z.number().min(0).nullish().transform(absent);

/** Unknown fields are ignored. Ranges of time are not part of it, since they need the server's clock. */
export const eventSchema = z.object({
  ts: z.number().min(0),
  user: z.string().min(1).max(stringLengthsMax.user),
  method: z.enum(httpMethods),
  endpoint: z.string().min(1).max(stringLengthsMax.endpoint),
  status: z.number().int().min(100).max(599),
  latencyMs: optionalAmount,
  bytes: optionalAmount,
  ip: optionalText(stringLengthsMax.ip),
  ua: optionalText(stringLengthsMax.ua),
  country: optionalText(stringLengthsMax.country),
  tokenId: optionalText(stringLengthsMax.tokenId),
  objectId: optionalText(stringLengthsMax.objectId),
  path: optionalText(stringLengthsMax.path),
  service: optionalText(stringLengthsMax.service),
  refused: z.boolean().nullish().transform(absent),
}) satisfies z.ZodType<RequestEvent>;

/** The JSON form of a batch. Its events stay unknown here: each is judged on its own, never the batch for one of them. */
export const batchSchema = z.object({ events: z.array(z.unknown()).max(batchEventsMax) });

/** Answer to `POST /v1/events`, for the description of the API. */
export const rejectedSchema = z.array(
  z.object({ index: z.number().int(), code: z.string(), field: z.string().optional() }),
);

export type ParsedEvent =
  | { ok: true; event: RequestEvent }
  | { ok: false; code: EventRejection; field?: string };

const knownMethods: ReadonlySet<unknown> = new Set(httpMethods);

function isText(value: unknown, lengthMax: number): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= lengthMax);
}

function isAmount(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY);
}

/** True only where the schema would say yes. Fields unknown to it are left on the object; the log does not keep them. */
export function isCertainlyEvent(value: unknown): value is RequestEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const e: { [field in keyof RequestEvent]?: unknown } = value;
  return (
    typeof e.ts === 'number' &&
    isAmount(e.ts) &&
    typeof e.user === 'string' &&
    e.user.length > 0 &&
    e.user.length <= stringLengthsMax.user &&
    knownMethods.has(e.method) &&
    typeof e.endpoint === 'string' &&
    e.endpoint.length > 0 &&
    e.endpoint.length <= stringLengthsMax.endpoint &&
    Number.isSafeInteger(e.status) &&
    Number(e.status) >= 100 &&
    Number(e.status) <= 599 &&
    isAmount(e.latencyMs) &&
    isAmount(e.bytes) &&
    isText(e.ip, stringLengthsMax.ip) &&
    isText(e.ua, stringLengthsMax.ua) &&
    isText(e.country, stringLengthsMax.country) &&
    isText(e.tokenId, stringLengthsMax.tokenId) &&
    isText(e.objectId, stringLengthsMax.objectId) &&
    isText(e.path, stringLengthsMax.path) &&
    isText(e.service, stringLengthsMax.service) &&
    (e.refused === undefined || typeof e.refused === 'boolean')
  );
}

/** The first mistake decides, in the order of the schema's fields. */
function rejectionOf(value: unknown, issue: z.core.$ZodIssue | undefined): EventRejection {
  const field = issue?.path[0];
  if (issue === undefined || field === undefined || typeof value !== 'object' || value === null) {
    return 'invalid_event';
  }
  if (Object.entries(value).every(([name, held]) => name !== field || held === undefined))
    return 'missing_field';
  if (field === 'ts') return 'invalid_ts';
  if (issue.code === 'too_big' && issue.origin === 'string') return 'string_too_long';
  return 'invalid_event';
}

/**
 * One event of a batch, as untrusted input.
 * @param nowMs the server's clock, ms since the epoch
 */
export function parseEvent(value: unknown, nowMs: number): ParsedEvent {
  let event: RequestEvent;
  if (isCertainlyEvent(value)) {
    event = value;
  } else {
    const parsed = eventSchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path[0];
      return {
        ok: false,
        code: rejectionOf(value, issue),
        ...(typeof field === 'string' ? { field } : {}),
      };
    }
    event = parsed.data;
  }
  if (event.ts < nowMs - eventAgeMsMax) return { ok: false, code: 'too_old', field: 'ts' };
  if (event.ts > nowMs + eventAheadMsMax) return { ok: false, code: 'in_future', field: 'ts' };
  return { ok: true, event };
}
