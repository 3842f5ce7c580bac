/**
 * Turns what a customer captured into one line of JSON that the collector will take, or into the code of a drop.
 * It is done at once, so that an object which changes later cannot change the event, and so that the queue knows its
 * size. Input is hostile until proven: getters may throw, strings may be huge, numbers may be NaN.
 */

import { type HttpMethod, type RequestEvent, stringLengthsMax } from '../../lib/contract/event.ts';
import type { DropCode } from './drop-ledger.ts';

/** An event as callers may pass it: `ts` is now when left out, ids may be numbers. */
export type CapturedEvent = Omit<RequestEvent, 'ts' | 'user' | 'method'> & {
  ts?: number;
  user: string | number;
  method: HttpMethod | (string & {});
};

export type EncodedEvent = { kind: 'line'; line: string } | { kind: 'dropped'; code: DropCode };

const methods: Record<HttpMethod, HttpMethod> = {
  GET: 'GET',
  HEAD: 'HEAD',
  POST: 'POST',
  PUT: 'PUT',
  PATCH: 'PATCH',
  DELETE: 'DELETE',
  OPTIONS: 'OPTIONS',
  TRACE: 'TRACE',
  CONNECT: 'CONNECT',
};
const methodByName: ReadonlyMap<string, HttpMethod> = new Map(Object.entries(methods));

const amountMax = Number.MAX_SAFE_INTEGER / 100;

/** @param skewMs added to `ts`: how far the collector's clock is ahead of this one. */
export function encodeEvent(
  captured: CapturedEvent,
  stamp: { nowMs: number; skewMs: number; service: string | undefined },
): EncodedEvent {
  try {
    const event = validEvent(captured, stamp);
    return event ? { kind: 'line', line: JSON.stringify(event) } : { kind: 'dropped', code: 'invalid_event' };
  } catch {
    return { kind: 'dropped', code: 'unreadable_event' };
  }
}

function validEvent(
  captured: CapturedEvent,
  stamp: { nowMs: number; skewMs: number; service: string | undefined },
): RequestEvent | undefined {
  const user = boundedText(captured.user, stringLengthsMax.user);
  const endpoint = boundedText(captured.endpoint, stringLengthsMax.endpoint);
  const method = methodByName.get(String(captured.method).toUpperCase());
  const status = captured.status;
  if (user === undefined || endpoint === undefined || method === undefined) return undefined;
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const ts = captured.ts ?? stamp.nowMs;
  if (typeof ts !== 'number' || !(ts >= 0 && ts < Number.POSITIVE_INFINITY)) return undefined;
  return {
    ts: Math.max(0, Math.round(ts + stamp.skewMs)),
    user,
    method,
    endpoint,
    status,
    latencyMs: amount(captured.latencyMs),
    bytes: amount(captured.bytes),
    ip: boundedText(captured.ip, stringLengthsMax.ip),
    ua: boundedText(captured.ua, stringLengthsMax.ua),
    country: boundedText(captured.country, stringLengthsMax.country),
    tokenId: boundedText(captured.tokenId, stringLengthsMax.tokenId),
    objectId: boundedText(captured.objectId, stringLengthsMax.objectId),
    path: boundedText(captured.path, stringLengthsMax.path),
    service: boundedText(captured.service, stringLengthsMax.service) ?? stamp.service,
    refused: captured.refused === true ? true : undefined,
  };
}

/** At most `lengthMax` UTF-16 units, never half a character; undefined for what is no text or number, and for ''. */
export function boundedText(value: unknown, lengthMax: number): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return boundedText(String(value), lengthMax);
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length <= lengthMax) return value;
  const last = value.charCodeAt(lengthMax - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return value.slice(0, splitsPair ? lengthMax - 1 : lengthMax);
}

function amount(value: unknown): number | undefined {
  // Past this there are no hundredths, and rounding could end in infinity, which JSON does not have.
  if (typeof value !== 'number' || !(value >= 0 && value <= amountMax)) return undefined;
  return Math.round(value * 100) / 100;
}
