/**
 * Ingest keys. A secret is shown once, when it is made; only its SHA-256 is kept, which is enough for 256 random bits.
 * Checking one must be fast on every batch, so the live hashes are held in memory and follow each change.
 */

import { createHash, randomBytes } from 'node:crypto';
import { and, count, desc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { IngestKey, IngestKeyCreated, IngestKeyDraft } from '../../lib/contract/console.ts';
import type { VerifiedKey } from '../collector/ingest-keys.ts';
import { AppError } from '../http/app-error.ts';
import type { Actor } from './alerts.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { ingestKeys } from './schema.ts';
import { storableText } from './storable-text.ts';

export type IngestKeys = Awaited<ReturnType<typeof createIngestKeys>>;

/** Live keys: one for each service of a large team, and room for rotation. */
export const ingestKeysMax = 500;
/** Listed at most; revoked ones are history. */
const listedMax = 1_000;
/** Enough of a secret to recognise it, far too little to use it. */
const prefixLength = 10;
const environmentKeyId = 'key_environment';
const dayMs = 24 * 60 * 60 * 1000;

/** What is looked up at each batch. */
interface LiveKey {
  id: string;
  /** Infinity: until it is revoked. */
  expiresAt: number;
}

/** Reads the live keys. `environmentKey` is valid from the first start and cannot be revoked here. */
export async function createIngestKeys(deps: {
  database: Database;
  clock: { now(): number };
  environmentKey: string | undefined;
}) {
  const { db, transaction } = deps.database;
  const { clock } = deps;
  const startedAt = clock.now();
  const rows = await db
    .select({ id: ingestKeys.id, hash: ingestKeys.secretSha256, expiresAt: ingestKeys.expiresAt })
    .from(ingestKeys)
    .where(isLive(startedAt));
  /** By SHA-256. */
  const live = new Map<string, LiveKey>(
    rows.map(({ hash, id, expiresAt }) => [hash, { id, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY }]),
  );
  if (deps.environmentKey !== undefined) {
    const expiresAt = Number.POSITIVE_INFINITY;
    live.set(sha256(deps.environmentKey), { id: environmentKeyId, expiresAt });
  }
  const usedAt = new Map<string, number>();
  const listeners = new Set<(keyId: string) => void>();

  function end(id: string): void {
    for (const [hash, key] of live) if (key.id === id) live.delete(hash);
    usedAt.delete(id);
    for (const listener of listeners) listener(id);
  }

  return {
    /**
     * The id of the live key with this secret. Looking up a hash leaks no timing of the secret: an attacker cannot
     * choose the hash's prefix without knowing what it is a hash of.
     */
    verify(secret: string): VerifiedKey | undefined {
      const key = live.get(sha256(secret));
      if (key === undefined || key.expiresAt <= clock.now()) return undefined;
      usedAt.set(key.id, clock.now());
      return { keyId: key.id };
    },
    /** Ends what has run out, open streams with it. Nothing is accepted under such a key from its last moment on. */
    async endExpired(): Promise<void> {
      const nowMs = clock.now();
      for (const { id, expiresAt } of [...live.values()]) if (expiresAt <= nowMs) end(id);
    },
    /** Called with the id of each key that ends from now on. @returns how to stop listening */
    onRevoked(listener: (keyId: string) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async list(): Promise<IngestKey[]> {
      const rows = await db.select().from(ingestKeys).orderBy(desc(ingestKeys.createdAt)).limit(listedMax);
      const fromDatabase = rows.map((row) => keyOf(row, usedAt.get(row.id)));
      if (deps.environmentKey === undefined) return fromDatabase;
      return [environmentKey(deps.environmentKey, startedAt, usedAt.get(environmentKeyId)), ...fromDatabase];
    },
    /** @throws AppError `conflict` at the limit */
    async create({ name, lifetimeDays }: IngestKeyDraft, actor: Actor): Promise<IngestKeyCreated> {
      const secret = `tgk_${randomBytes(32).toString('base64url')}`;
      const at = clock.now();
      const expiresAt = lifetimeDays === undefined ? null : at + lifetimeDays * dayMs;
      const key = await transaction((tx) => insertKey(tx, { name, secret, expiresAt, actor, at }));
      live.set(sha256(secret), { id: key.id, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY });
      return { key, secret };
    },
    /** `fromEnvironment` cannot be revoked here: remove it from the environment instead. */
    async revoke(id: string, actor: Actor): Promise<'revoked' | 'unknown' | 'from_environment'> {
      if (id === environmentKeyId && deps.environmentKey !== undefined) return 'from_environment';
      const known = await transaction((tx) => revokeKey(tx, { id, actor, at: clock.now() }));
      end(id);
      return known ? 'revoked' : 'unknown';
    },
    /** Writes when each key was last used; called now and then, since a write per batch would be waste. */
    async storeLastUsed(): Promise<void> {
      for (const [id, at] of usedAt) {
        await db
          .update(ingestKeys)
          .set({ lastUsedAt: sql`greatest(${ingestKeys.lastUsedAt}, ${at})` })
          .where(eq(ingestKeys.id, id));
      }
    },
  };
}

/** Neither revoked nor run out. */
function isLive(nowMs: number) {
  return and(isNull(ingestKeys.revokedAt), or(isNull(ingestKeys.expiresAt), gt(ingestKeys.expiresAt, nowMs)));
}

interface KeyDraft {
  name: string;
  secret: string;
  expiresAt: number | null;
  actor: Actor;
  at: number;
}

async function insertKey(tx: Executor, { name, secret, expiresAt, actor, at }: KeyDraft): Promise<IngestKey> {
  const [counted] = await tx.select({ total: count() }).from(ingestKeys).where(isLive(at));
  if ((counted?.total ?? 0) >= ingestKeysMax) {
    throw new AppError('conflict', { public: `There are ${ingestKeysMax} keys already; revoke some first.` });
  }
  const row = {
    id: `key_${randomBytes(12).toString('base64url')}`,
    name: storableText(name),
    prefix: secret.slice(0, prefixLength),
    secretSha256: sha256(secret),
    createdAt: at,
    createdBy: actor.name,
    lastUsedAt: null,
    revokedAt: null,
    expiresAt,
  };
  await tx.insert(ingestKeys).values(row);
  const entry = { at, actor: actor.operatorId, address: actor.address, outcome: 'done' as const };
  const detail = { name: row.name, prefix: row.prefix, ...(expiresAt === null ? {} : { expiresAt }) };
  await appendAudit(tx, [{ ...entry, action: 'ingest_key.create', target: row.id, detail }]);
  return keyOf(row, undefined);
}

/** False where there is no such key. Revoking twice changes nothing. */
async function revokeKey(
  tx: Executor,
  { id, actor, at }: Omit<KeyDraft, 'name' | 'secret' | 'expiresAt'> & { id: string },
) {
  const revoked = await tx
    .update(ingestKeys)
    .set({ revokedAt: at })
    .where(and(eq(ingestKeys.id, id), isNull(ingestKeys.revokedAt)))
    .returning({ name: ingestKeys.name, prefix: ingestKeys.prefix });
  if (revoked[0] !== undefined) {
    const entry = { at, actor: actor.operatorId, address: actor.address, outcome: 'done' as const };
    await appendAudit(tx, [{ ...entry, action: 'ingest_key.revoke', target: id, detail: revoked[0] }]);
    return true;
  }
  const found = await tx.select({ id: ingestKeys.id }).from(ingestKeys).where(eq(ingestKeys.id, id));
  return found.length > 0;
}

function keyOf(row: typeof ingestKeys.$inferSelect, usedAt: number | undefined): IngestKey {
  const lastUsedAt = Math.max(row.lastUsedAt ?? 0, usedAt ?? 0);
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    ...(lastUsedAt === 0 ? {} : { lastUsedAt }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt }),
    ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
  };
}

function environmentKey(secret: string, createdAt: number, usedAt: number | undefined): IngestKey {
  return {
    id: environmentKeyId,
    name: 'TIDEGATE_INGEST_KEY',
    // A chosen secret may be less random than ours, so less of it is shown.
    prefix: secret.slice(0, 4),
    createdAt,
    createdBy: 'environment',
    ...(usedAt === undefined ? {} : { lastUsedAt: usedAt }),
    fromEnvironment: true,
  };
}

function sha256(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
