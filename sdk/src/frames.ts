/**
 * What the collector sends, as unknown JSON, checked by hand: the SDK carries no schema library. A throttle that is
 * not one is left out rather than believed; the rest of its frame still counts.
 */

import type { IngestReply, Throttle } from '../../lib/contract/decision.ts';
import type { Revocation } from '../../lib/contract/revocation.ts';
import type { StreamEvent } from '../../lib/contract/stream.ts';
import type { SseMessage } from './sse-parser.ts';

type Fields = { readonly [name: string]: unknown };

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

export function isThrottle(value: unknown): value is Throttle {
  if (!isFields(value) || !isFields(value.scope)) return false;
  const { scope, conclusion, limitPerMinute } = value;
  const isLimit = typeof limitPerMinute === 'number' && limitPerMinute >= 0;
  return (
    isText(value.id) &&
    isText(value.kind) &&
    isText(value.alertId) &&
    [scope.user, scope.endpoint, scope.ip, scope.tokenId].every(isOptionalText) &&
    (conclusion === 'throttle' ? isLimit : conclusion === 'step_up' || conclusion === 'deny') &&
    (value.mode === 'enforce' || value.mode === 'shadow') &&
    isTime(value.createdAt) &&
    isTime(value.expiresAt)
  );
}

const revocationKinds = ['token', 'family', 'subject', 'client', 'key', 'all'];

function isRevocation(value: unknown): value is Revocation {
  if (!isFields(value)) return false;
  const { kind, subject, at, expiresAt } = value;
  return isText(kind) && revocationKinds.includes(kind) && isText(subject) && isTime(at) && isTime(expiresAt);
}

/** Undefined where there is none, or one cannot be read: leaving it out would let a revoked token in. */
function revocationsIn(value: unknown): Revocation[] | undefined {
  return Array.isArray(value) && value.every(isRevocation) ? value : undefined;
}

const throttlesIn = (value: unknown): Throttle[] => (Array.isArray(value) ? value.filter(isThrottle) : []);
const countIn = (value: unknown, least: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.max(least, value) : least;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns undefined for what is no frame of the contract. */
export function parseStreamEvent({ event, data }: SseMessage): StreamEvent | undefined {
  const fields = parseJson(data);
  if (!isFields(fields)) return undefined;
  const seq = countIn(fields.seq, 0);
  const instances = countIn(fields.instances, 1);
  if (event === 'ping') return { type: 'ping', data: { seq } };
  if (event === 'snapshot') {
    const data = { seq, throttles: throttlesIn(fields.throttles), instances };
    return { type: 'snapshot', data: { ...data, revocations: revocationsIn(fields.revocations) } };
  }
  if (event !== 'delta') return undefined;
  const removed = Array.isArray(fields.removed) ? fields.removed.filter(isText) : [];
  const told = { seq, set: throttlesIn(fields.set), removed, instances };
  const revoked = revocationsIn(fields.revoked);
  // Not a frame then: what follows shows a gap, and a snapshot tells all.
  if (fields.revoked !== undefined && revoked === undefined) return undefined;
  return { type: 'delta', data: { ...told, revoked } };
}

/** A 202 without a readable body still means taken: durable is durable. */
export function parseIngestReply(text: string): IngestReply {
  const fields = parseJson(text);
  if (!isFields(fields)) return { accepted: 0, rejected: [], throttles: [] };
  const rejected = Array.isArray(fields.rejected) ? fields.rejected : [];
  return {
    accepted: countIn(fields.accepted, 0),
    rejected: rejected.filter(
      (each: unknown): each is IngestReply['rejected'][number] => isFields(each) && isText(each.code),
    ),
    throttles: throttlesIn(fields.throttles),
  };
}
