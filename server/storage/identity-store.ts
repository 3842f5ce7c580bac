/**
 * IdentityStore in SQL. Each verb is one transaction with its audit entries in it. Races are decided by the database:
 * a compare-and-swap is one UPDATE whose WHERE names the state that was read, and set-up is serialised by a lock.
 */

import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { TokenFamily } from '../../lib/identity/token-family.ts';
import type { CredentialRecord, IdentityStore, OperatorRecord, Revocation } from '../identity/store.ts';
import { appendAudit } from './audit.ts';
import { type Database, type Executor, isDuplicate } from './database.ts';
import { credentials, operators, revocations, setupLinks, tokenFamilies } from './schema.ts';
import { storableText } from './storable-text.ts';

/** Any constant: whoever holds it decides whether there is a first operator. */
const setupLock = 7_433_429;

export function createIdentityStore(deps: { database: Database }): IdentityStore {
  return {
    ...operatorVerbs(deps.database),
    ...credentialVerbs(deps.database),
    ...familyVerbs(deps.database),
  };
}

type OperatorVerbs = Pick<
  IdentityStore,
  | 'operatorExists'
  | 'findOperator'
  | 'replaceSetupLink'
  | 'findSetupLink'
  | 'createFirstOperator'
  | 'appendAudit'
>;

function operatorVerbs({ db, transaction }: Database): OperatorVerbs {
  return {
    operatorExists: () => operatorExists(db),
    async findOperator(operatorId) {
      const [row] = await db.select().from(operators).where(eq(operators.id, operatorId));
      return row && operatorOf(row);
    },
    replaceSetupLink: (link, audit) =>
      transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${setupLock})`);
        if (await operatorExists(tx)) return 'operator_exists';
        await tx.delete(setupLinks);
        await tx.insert(setupLinks).values(link);
        await appendAudit(tx, [audit]);
        return 'stored';
      }),
    async findSetupLink(tokenSha256) {
      const [row] = await db.select().from(setupLinks).where(eq(setupLinks.tokenSha256, tokenSha256));
      return row && { ...row, usedAt: row.usedAt ?? undefined };
    },
    async createFirstOperator(setup) {
      try {
        return await transaction(async (tx) => {
          await tx.execute(sql`select pg_advisory_xact_lock(${setupLock})`);
          if (await operatorExists(tx)) return 'void';
          const used = await tx
            .delete(setupLinks)
            .where(
              and(
                eq(setupLinks.tokenSha256, setup.tokenSha256),
                isNull(setupLinks.usedAt),
                gt(setupLinks.expiresAt, setup.nowMs),
              ),
            )
            .returning({ tokenSha256: setupLinks.tokenSha256 });
          if (used.length === 0) return 'void';
          await tx.delete(setupLinks);
          await tx.insert(operators).values({ ...setup.operator, name: storableText(setup.operator.name) });
          await tx
            .insert(credentials)
            .values({ ...setup.credential, name: storableText(setup.credential.name) });
          await tx.insert(tokenFamilies).values(familyRow(setup.family));
          await appendAudit(tx, setup.audit);
          return 'created';
        });
      } catch (error) {
        if (isDuplicate(error)) return 'credential_taken';
        throw error;
      }
    },
    appendAudit: (entries) => transaction((tx) => appendAudit(tx, entries)),
  };
}

type CredentialVerbs = Pick<IdentityStore, 'findCredential' | 'signIn' | 'flagClonedCredential'>;

function credentialVerbs({ db, transaction }: Database): CredentialVerbs {
  return {
    async findCredential(credentialId) {
      const [row] = await db
        .select({ credential: credentials, operator: operators })
        .from(credentials)
        .innerJoin(operators, eq(operators.id, credentials.operatorId))
        .where(eq(credentials.id, credentialId));
      return row && { credential: credentialOf(row.credential), operator: operatorOf(row.operator) };
    },
    signIn: (signIn) =>
      transaction(async (tx) => {
        const [found] = await tx
          .select({ counter: credentials.counter })
          .from(credentials)
          .innerJoin(operators, eq(operators.id, credentials.operatorId))
          .where(and(eq(credentials.id, signIn.credentialId), isNull(operators.disabledAt)))
          // Both rows: disabling the operator and signing in must not pass each other.
          .for('update');
        if (found === undefined) return 'refused';
        if (found.counter !== signIn.expectedCounter) return 'counter_moved';
        await tx
          .update(credentials)
          .set({ counter: signIn.newCounter, backedUp: signIn.backedUp, lastUsedAt: signIn.nowMs })
          .where(eq(credentials.id, signIn.credentialId));
        await tx.insert(tokenFamilies).values(familyRow(signIn.family));
        await appendAudit(tx, [signIn.audit]);
        return 'signed_in';
      }),
    flagClonedCredential: (credentialId, atMs, audit) =>
      transaction(async (tx) => {
        const flagged = await tx
          .update(credentials)
          .set({ cloneSuspectedAt: atMs })
          .where(eq(credentials.id, credentialId))
          .returning({ id: credentials.id });
        if (flagged.length > 0) await appendAudit(tx, [audit]);
      }),
  };
}

type FamilyVerbs = Pick<
  IdentityStore,
  'findFamily' | 'rotateFamily' | 'revokeFamily' | 'addRevocation' | 'loadRevocations'
>;

function familyVerbs({ db, transaction }: Database): FamilyVerbs {
  return {
    async findFamily(familyId) {
      const [row] = await db
        .select({ family: tokenFamilies, operator: operators })
        .from(tokenFamilies)
        .innerJoin(operators, eq(operators.id, tokenFamilies.operatorId))
        .where(eq(tokenFamilies.id, familyId));
      return row && { family: familyOf(row.family), operator: operatorOf(row.operator) };
    },
    async rotateFamily({ familyId, expectedSeq, expectedHash, successor, nowMs }) {
      const rotated = await db
        .update(tokenFamilies)
        .set({
          seq: successor.seq,
          currentHash: successor.hash,
          currentSalt: successor.salt,
          parentHash: expectedHash,
          parentUsedAt: nowMs,
          lastUsedAt: nowMs,
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
    },
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
    addRevocation: (revocation, audit) =>
      transaction(async (tx) => {
        await storeRevocation(tx, revocation);
        await appendAudit(tx, [audit]);
      }),
    loadRevocations: (nowMs) => db.select().from(revocations).where(gt(revocations.expiresAt, nowMs)),
  };
}

async function operatorExists(db: Executor): Promise<boolean> {
  const found = await db.select({ id: operators.id }).from(operators).limit(1);
  return found.length > 0;
}

async function storeRevocation(tx: Executor, revocation: Revocation): Promise<void> {
  await tx
    .insert(revocations)
    .values({ ...revocation, subject: storableText(revocation.subject) })
    .onConflictDoUpdate({
      target: [revocations.kind, revocations.subject],
      set: { at: sql`excluded.at`, expiresAt: sql`greatest(excluded.expires_at, ${revocations.expiresAt})` },
      setWhere: sql`excluded.at >= ${revocations.at}`,
    });
}

function operatorOf(row: typeof operators.$inferSelect): OperatorRecord {
  return { ...row, disabledAt: row.disabledAt ?? undefined };
}

function credentialOf(row: typeof credentials.$inferSelect): CredentialRecord {
  return {
    ...row,
    lastUsedAt: row.lastUsedAt ?? undefined,
    cloneSuspectedAt: row.cloneSuspectedAt ?? undefined,
  };
}

function familyOf(row: typeof tokenFamilies.$inferSelect): TokenFamily {
  return {
    ...row,
    parentHash: row.parentHash ?? undefined,
    parentUsedAt: row.parentUsedAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    revokedReason: row.revokedReason ?? undefined,
  };
}

function familyRow(family: TokenFamily): typeof tokenFamilies.$inferInsert {
  return { ...family, userAgent: storableText(family.userAgent), address: storableText(family.address) };
}
