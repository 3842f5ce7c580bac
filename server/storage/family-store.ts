/**
 * Token families and revocations in SQL, for operators, callers and machines alike. A rotation is one UPDATE whose WHERE
 * names the state that was read; an end and the revocation that tells of it are one transaction.
 */

import { and, eq, gt, sql } from 'drizzle-orm';
import type { Revocation } from '../../lib/contract/revocation.ts';
import type { FamilyEndReason, TokenFamily } from '../../lib/identity/token-family.ts';
import type { IdentityStore } from '../identity/store.ts';
import { appendAudit } from './audit.ts';
import type { Executor, Records } from './database.ts';
import { operators, revocations, tokenFamilies } from './schema.ts';
import { callers, oauthClients } from './schema-oauth.ts';
import { storableText } from './storable-text.ts';

export type FamilyVerbs = Pick<
  IdentityStore,
  'findFamily' | 'rotateFamily' | 'revokeFamily' | 'addRevocation' | 'loadRevocations'
>;

export function familyVerbs({ db, transaction }: Records): FamilyVerbs {
  return {
    findFamily: (familyId) => findFamily(db, familyId),
    rotateFamily: (rotation) => rotateFamily(db, rotation),
    revokeFamily: (end) =>
      transaction(async (tx) => {
        const ended = await tx
          .update(tokenFamilies)
          .set({ status: 'revoked', revokedAt: end.revocation.at, revokedReason: end.reason })
          .where(and(eq(tokenFamilies.id, end.familyId), eq(tokenFamilies.status, 'live')))
          .returning({ id: tokenFamilies.id });
        if (ended.length === 0) return false;
        await storeRevocation(tx, end.revocation);
        await appendAudit(tx, [end.audit]);
        return true;
      }),
    addRevocation: (revocation, reason, audit) =>
      transaction(async (tx) => {
        const ended = await endCovered(tx, revocation, reason);
        await storeRevocation(tx, revocation);
        await appendAudit(tx, [{ ...audit, detail: { ...audit.detail, families: ended } }]);
        return ended;
      }),
    loadRevocations: (nowMs) => db.select().from(revocations).where(gt(revocations.expiresAt, nowMs)),
  };
}

async function findFamily(db: Executor, familyId: string) {
  const [row] = await db
    .select({ family: tokenFamilies, operator: operators, caller: callers, client: oauthClients })
    .from(tokenFamilies)
    .leftJoin(operators, eq(operators.id, tokenFamilies.subjectId))
    .leftJoin(callers, eq(callers.id, tokenFamilies.subjectId))
    .leftJoin(oauthClients, eq(oauthClients.id, tokenFamilies.clientId))
    .where(eq(tokenFamilies.id, familyId));
  if (row === undefined) return undefined;
  const person = row.operator ?? row.caller;
  const name = person?.name ?? row.client?.name;
  if (name === undefined) return undefined;
  const disabledAt = person?.disabledAt ?? row.client?.revokedAt ?? undefined;
  return { family: familyOf(row.family), holder: { id: row.family.subjectId, name, disabledAt } };
}

async function rotateFamily(
  db: Executor,
  {
    familyId,
    expectedSeq,
    expectedHash,
    successor,
    nowMs,
    address,
  }: Parameters<IdentityStore['rotateFamily']>[0],
): Promise<boolean> {
  const rotated = await db
    .update(tokenFamilies)
    .set({
      seq: successor.seq,
      currentHash: successor.hash,
      currentSalt: successor.salt,
      parentHash: expectedHash,
      parentUsedAt: nowMs,
      lastUsedAt: nowMs,
      lastAddress: storableText(address),
    })
    .where(
      and(
        eq(tokenFamilies.id, familyId),
        eq(tokenFamilies.status, 'live'),
        eq(tokenFamilies.seq, expectedSeq),
        eq(tokenFamilies.currentHash, expectedHash),
      ),
    )
    .returning({ id: tokenFamilies.id });
  return rotated.length > 0;
}

/** Ends the live families that a revocation of many covers. A single token or key ends none. */
export async function endCovered(
  tx: Executor,
  revocation: Revocation,
  reason: FamilyEndReason,
): Promise<number> {
  const { kind, subject } = revocation;
  if (kind === 'token' || kind === 'key') return 0;
  const covered = {
    family: eq(tokenFamilies.id, subject),
    subject: eq(tokenFamilies.subjectId, subject),
    client: eq(tokenFamilies.clientId, subject),
    all: undefined,
  }[kind];
  const ended = await tx
    .update(tokenFamilies)
    .set({ status: 'revoked', revokedAt: revocation.at, revokedReason: reason })
    .where(and(eq(tokenFamilies.status, 'live'), covered))
    .returning({ id: tokenFamilies.id });
  return ended.length;
}

export async function storeRevocation(tx: Executor, revocation: Revocation): Promise<void> {
  await tx
    .insert(revocations)
    .values({ ...revocation, subject: storableText(revocation.subject) })
    .onConflictDoUpdate({
      target: [revocations.kind, revocations.subject],
      set: { at: sql`excluded.at`, expiresAt: sql`greatest(excluded.expires_at, ${revocations.expiresAt})` },
      setWhere: sql`excluded.at >= ${revocations.at}`,
    });
}

export function familyOf(row: typeof tokenFamilies.$inferSelect): TokenFamily {
  return {
    ...row,
    acr: row.acr ?? undefined,
    credentialId: row.credentialId ?? undefined,
    jkt: row.jkt ?? undefined,
    parentHash: row.parentHash ?? undefined,
    parentUsedAt: row.parentUsedAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    revokedReason: row.revokedReason ?? undefined,
  };
}

export function familyRow(family: TokenFamily): typeof tokenFamilies.$inferInsert {
  return { ...family, userAgent: storableText(family.userAgent), address: storableText(family.address) };
}
