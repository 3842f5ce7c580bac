/**
 * Which batches were taken already, and what was answered. A record is written in the transaction that appends its
 * batch, so after a crash either both are there or neither is.
 *
 * Two generations of 24 h each: a record lives 24 to 48 h, and forgetting a day is dropping one database instead of
 * looking for old keys. A generation that holds more than its limit ends early, oldest promises first.
 */

import type { IngestReply } from '../../lib/contract/decision.ts';
import { AppError } from '../http/app-error.ts';
import type { LogStore } from './log-store.ts';

export interface StoredReply extends Pick<IngestReply, 'accepted' | 'rejected'> {
  bodyCrc: number;
}

/** How long a sender may resend under the same key. */
export const rememberedMs = 24 * 60 * 60 * 1000;
/** At about 150 bytes each a generation stays under 600 MB; ten batches a second, day and night, are 900,000. */
export const recordsPerGenerationMax = 4_000_000;

export interface IdempotencyRecords {
  find(recordKey: string): StoredReply | undefined;
  /** Call inside the batch that appends the entry. */
  put(recordKey: string, reply: StoredReply): Promise<boolean>;
  /** Forgets what is older than it must be. */
  rotate(nowMs: number): Promise<void>;
}

/** Scoped by the ingest key: one customer's service cannot answer for another's batch. */
export function recordKeyOf(keyId: string, idempotencyKey: string): string {
  return `${keyId}\u0000${idempotencyKey}`;
}

/** The first answer, to the same body. @throws AppError `idempotency_key_reused` */
export async function replyAgain(
  earlier: StoredReply | Promise<StoredReply>,
  bodyCrc: number,
): Promise<StoredReply> {
  const reply = await earlier;
  if (reply.bodyCrc !== bodyCrc) throw new AppError('idempotency_key_reused');
  return reply;
}

interface Generation {
  index: 0 | 1;
  startedAt: number;
  records: number;
}

function readGeneration(store: LogStore, nowMs: number): Generation {
  const stored = store.meta.get('generation');
  const index = stored?.startsWith('1') ? 1 : 0;
  const startedAt = Number(stored?.slice(2) ?? nowMs);
  const records = Number(Object(store.replies[index].getStats()).entryCount ?? 0);
  return { index, startedAt, records };
}

export function createIdempotencyRecords(deps: {
  store: LogStore;
  nowMs: number;
  recordsMax: number;
}): IdempotencyRecords {
  const { store } = deps;
  let current = readGeneration(store, deps.nowMs);
  if (store.meta.get('generation') === undefined) store.meta.putSync('generation', `0:${deps.nowMs}`);
  return {
    find(recordKey) {
      const bytes =
        store.replies[current.index].get(recordKey) ??
        store.replies[current.index === 0 ? 1 : 0].get(recordKey);
      return bytes === undefined ? undefined : JSON.parse(bytes.toString('utf8'));
    },
    put(recordKey, reply) {
      current.records += 1;
      return store.replies[current.index].put(recordKey, Buffer.from(JSON.stringify(reply)));
    },
    async rotate(nowMs) {
      if (nowMs - current.startedAt < rememberedMs && current.records < deps.recordsMax) return;
      const index = current.index === 0 ? 1 : 0;
      await store.replies[index].clearAsync();
      await store.meta.put('generation', `${index}:${nowMs}`);
      current = { index, startedAt: nowMs, records: 0 };
    },
  };
}
