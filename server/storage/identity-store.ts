/**
 * IdentityStore in SQL. Each verb is one transaction with its audit entries in it. Races are decided by the database:
 * a compare-and-swap is one UPDATE whose WHERE names the state that was read, and set-up is serialised by a lock.
 */

import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { IdentityStore } from '../identity/store.ts';
import { appendAudit } from './audit.ts';
import { type Executor, isDuplicate, type Records } from './database.ts';
import { createDeviceStore } from './device-store.ts';
import { familyRow, familyVerbs } from './family-store.ts';
import { credentialOf, operatorOf } from './identity-rows.ts';
import { createRecoveryStore } from './recovery-store.ts';
import { credentials, operators, setupLinks, tokenFamilies } from './schema.ts';
import { createSessionStore } from './session-store.ts';
import { storableText } from './storable-text.ts';

/** Any constant: whoever holds it decides whether there is a first operator. */
const setupLock = 7_433_429;

export function createIdentityStore(deps: { database: Records }): IdentityStore {
  return {
    ...operatorVerbs(deps.database),
    ...credentialVerbs(deps.database),
    ...familyVerbs(deps.database),
    ...createDeviceStore(deps.database),
    ...createRecoveryStore(deps.database),
    ...createSessionStore(deps.database),
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

function operatorVerbs({ db, transaction }: Records): OperatorVerbs {
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

function credentialVerbs({ db, transaction }: Records): CredentialVerbs {
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
          .where(
            and(
              eq(credentials.id, signIn.credentialId),
              isNull(credentials.removedAt),
              isNull(operators.disabledAt),
            ),
          )
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

async function operatorExists(db: Executor): Promise<boolean> {
  const found = await db.select({ id: operators.id }).from(operators).limit(1);
  return found.length > 0;
}
