/**
 * One attempt to deliver a batch: `POST /v1/events`. Every outcome is a value, and says whether the same bytes may
 * be sent again: a refusal that would repeat itself (400, 413, ...) is final; a key or address that does not work is
 * tried again slowly, since a person may be about to put it right and the queue is bounded meanwhile.
 */

import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { IngestReply } from '../../lib/contract/decision.ts';
import { backoffMsMax, retryAfterMs } from './backoff.ts';
import type { WarningCode } from './drop-ledger.ts';
import { parseIngestReply } from './frames.ts';

export interface EncodedBatch {
  /** The same for every attempt, so that an answer lost on the way does not count the batch twice. */
  idempotencyKey: string;
  body: Uint8Array<ArrayBuffer>;
  gzipped: boolean;
}

export type PostOutcome =
  | { kind: 'accepted'; reply: IngestReply; serverDate: string | null }
  /** `afterMs` where the other side, or the kind of failure, says how long to wait. */
  | { kind: 'retry'; warning: WarningCode; afterMs: number | undefined }
  | { kind: 'refused' };

/** Smaller bodies gain less than the work costs. */
const gzipFromBytes = 4 * 1024;

const compress = promisify(gzip);

/** @param lines events, each as JSON; no line holds a line break. */
export async function encodeBatch(lines: readonly string[], idempotencyKey: string): Promise<EncodedBatch> {
  const body = Buffer.from(`{"events":[${lines.join(',')}]}`);
  if (body.length < gzipFromBytes) return { idempotencyKey, body, gzipped: false };
  // Events repeat themselves so much that the fastest level already shrinks them tenfold.
  const gzipped = await compress(body, { level: constants.Z_BEST_SPEED });
  return { idempotencyKey, body: gzipped, gzipped: true };
}

export function createPoster(deps: {
  url: URL;
  key: string;
  requestTimeoutMs: number;
  fetch: typeof fetch;
  clock: { now(): number };
}): (batch: EncodedBatch, closing: AbortSignal) => Promise<PostOutcome> {
  const url = new URL('v1/events', deps.url);
  return async (batch, closing) => {
    const attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(), deps.requestTimeoutMs);
    timer.unref();
    const abort = () => attempt.abort();
    closing.addEventListener('abort', abort);
    try {
      const response = await deps.fetch(url, {
        method: 'POST',
        headers: headersOf(batch, deps.key),
        body: batch.body,
        // Following a redirect would hand the key to another address.
        redirect: 'manual',
        signal: attempt.signal,
      });
      const text = await response.text();
      return outcomeOf(response, text, deps.clock.now());
    } catch {
      return { kind: 'retry', warning: 'collector_unreachable', afterMs: undefined };
    } finally {
      clearTimeout(timer);
      closing.removeEventListener('abort', abort);
    }
  };
}

function headersOf(batch: EncodedBatch, key: string): Record<string, string> {
  return {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': batch.idempotencyKey,
    ...(batch.gzipped ? { 'content-encoding': 'gzip' } : {}),
  };
}

function outcomeOf(response: Response, text: string, nowMs: number): PostOutcome {
  const { status, headers } = response;
  if (status === 202 || status === 200) {
    return { kind: 'accepted', reply: parseIngestReply(text), serverDate: headers.get('date') };
  }
  const warning = warningOf(status);
  if (warning !== undefined) return { kind: 'retry', warning, afterMs: backoffMsMax };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const afterMs = retryAfterMs(headers.get('retry-after'), nowMs);
    return { kind: 'retry', warning: 'collector_unreachable', afterMs };
  }
  return { kind: 'refused' };
}

/** Answers that mean a mistake in the set-up: nothing is wrong with the batch. */
export function warningOf(status: number): WarningCode | undefined {
  if (status === 401 || status === 403) return 'key_refused';
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) return 'address_wrong';
  return undefined;
}
