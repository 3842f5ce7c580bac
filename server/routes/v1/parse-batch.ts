/**
 * From a body to events: JSON `{"events":[…]}` or one JSON object a line. A body that is no JSON at all is an error of
 * the request; a bad event or line is one rejection among its neighbours.
 */

import type { IngestReply } from '../../../lib/contract/decision.ts';
import { batchSchema, parseEvent } from '../../../lib/contract/event.schema.ts';
import { batchEventsMax, type RequestEvent, stringLengthsMax } from '../../../lib/contract/event.ts';
import { redactEvent } from '../../collector/redaction.ts';
import { AppError } from '../../http/app-error.ts';
import { storableText } from '../../storage/storable-text.ts';

export interface ParsedBatch {
  events: RequestEvent[];
  rejected: IngestReply['rejected'];
}

export type BatchFormat = 'json' | 'ndjson';

type TextField = keyof typeof stringLengthsMax;
const isTextField = (name: string): name is TextField => name in stringLengthsMax;
const textFields = Object.keys(stringLengthsMax).filter(isTextField);

/** Deeper than any event needs; what is nested deeper is an attack on the parser's memory. */
const depthMax = 32;

/** @throws AppError `unsupported_media_type` */
export function batchFormatOf(contentType: string | undefined): BatchFormat {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  if (type === 'application/x-ndjson' || type === 'application/ndjson') return 'ndjson';
  throw new AppError('unsupported_media_type', { public: 'Send application/json or application/x-ndjson.' });
}

/**
 * @param nowMs the server's clock
 * @throws AppError `invalid_json`, `invalid_request`, `batch_too_large`
 */
export function parseBatch(body: Buffer, format: BatchFormat, nowMs: number): ParsedBatch {
  if (isTooDeep(body)) throw new AppError('invalid_json', { public: 'The body is nested too deeply.' });
  const batch: ParsedBatch = { events: [], rejected: [] };
  const text = body.toString('utf8');
  if (format === 'json') {
    eventsOf(text).forEach((value, index) => {
      take(batch, value, index, nowMs);
    });
  } else takeLines(batch, text, nowMs);
  // Only an escape can bring in what no store holds: raw control characters are no JSON, and raw bytes were decoded.
  if (text.includes('\\u')) for (const event of batch.events) makeStorable(event);
  return batch;
}

function eventsOf(text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_json', { cause: error });
  }
  // The list is looked at by hand: the schema would copy it only to say that it is one.
  if (typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events)) {
    if (value.events.length > batchEventsMax) throw tooManyEvents();
    return value.events;
  }
  const parsed = batchSchema.safeParse(value);
  if (parsed.success) return parsed.data.events;
  throw new AppError('invalid_request', { public: 'The body must be an object with a list `events`.' });
}

function takeLines(batch: ParsedBatch, text: string, nowMs: number): void {
  let index = 0;
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).trim();
    start = end + 1;
    // The final newline ends the last line and begins none; empty lines in between count for nothing either.
    if (line === '') continue;
    if (index >= batchEventsMax) throw tooManyEvents();
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      batch.rejected.push({ index, code: 'invalid_json' });
      index += 1;
      continue;
    }
    take(batch, value, index, nowMs);
    index += 1;
  }
}

function take(batch: ParsedBatch, value: unknown, index: number, nowMs: number): void {
  const parsed = parseEvent(value, nowMs);
  if (!parsed.ok) {
    const { code, field } = parsed;
    batch.rejected.push(field === undefined ? { index, code } : { index, code, field });
    return;
  }
  redactEvent(parsed.event);
  batch.events.push(parsed.event);
}

function makeStorable(event: RequestEvent): void {
  for (const field of textFields) {
    const text = event[field];
    if (text !== undefined) event[field] = storableText(text);
  }
}

function tooManyEvents(): AppError {
  return new AppError('batch_too_large', { public: `A batch holds at most ${batchEventsMax} events.` });
}

const openBrace = 0x7b;
const openBracket = 0x5b;
/** Nesting cannot exceed the number of opening brackets; a full, honest batch has one or two for each event. */
const bracketsHarmless = 4 * batchEventsMax;

/** Counting brackets with the native search costs 2 % of parsing; only a body with too many is read byte by byte. */
function isTooDeep(body: Buffer): boolean {
  let brackets = 0;
  for (const bracket of [openBracket, openBrace]) {
    let at = body.indexOf(bracket);
    while (at !== -1 && brackets <= bracketsHarmless) {
      brackets += 1;
      at = body.indexOf(bracket, at + 1);
    }
  }
  return brackets > bracketsHarmless && depthOf(body) > depthMax;
}

/** The deepest nesting outside strings. Lines that are broken add up here, which only makes it stricter. */
function depthOf(body: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (inString) {
      if (byte === 0x5c) i += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return deepest;
}
