/** RecoveryStore in SQL. Each secret opens one enrol-only session, and each such session enrols one passkey. */

import { and, count, desc, eq, gt, isNull, max, or, sql } from 'drizzle-orm';
import type { RecoveryStore } from '../identity/account-store.ts';
import type { OperatorRecord } from '../identity/records.ts';
import { appendAudit } from './audit.ts';
import { type Executor, isDuplicate, type Records } from './database.ts';
import { familyRow, storeRevocation } from './family-store.ts';
import { operatorOf } from './identity-rows.ts';
import { credentials, operators, tokenFamilies } from './schema.ts';
import { recoverySecrets } from './schema-accounts.ts';
import { storableText } from './storable-text.ts';

export function createRecoveryStore(database: Records): RecoveryStore {
  const { db, transaction } = database;
  return {
    ...codeVerbs(database),
    ...linkVerbs(database),
    async findOperatorsNamed(text) {
      const rows = await db
        .select()
        .from(operators)
        .where(or(eq(operators.id, text), sql`lower(${operators.name}) = lower(${text})`));
      return rows.map(operatorOf);
    },
    openRecovery: (opening) => transaction((tx) => openRecovery(tx, opening)),
    async findRecovery(familyId) {
      const [row] = await db
        .select({ operator: operators })
        .from(recoverySecrets)
        .innerJoin(operators, eq(operators.id, recoverySecrets.operatorId))
        .where(openSession(familyId));
      return row && operatorOf(row.operator);
    },
    async completeRecovery(completion) {
      try {
        return await transaction((tx) => completeRecovery(tx, completion));
      } catch (error) {
        if (isDuplicate(error)) return 'credential_taken';
        throw error;
      }
    },
  };
}

function codeVerbs({
  db,
  transaction,
}: Records): Pick<RecoveryStore, 'recoveryState' | 'replaceRecoveryCodes'> {
  const codesOf = (operatorId: string) =>
    and(eq(recoverySecrets.operatorId, operatorId), eq(recoverySecrets.kind, 'code'));
  return {
    async recoveryState(operatorId) {
      const [row] = await db
        .select({ codesLeft: count(), codesCreatedAt: max(recoverySecrets.createdAt) })
        .from(recoverySecrets)
        .where(and(codesOf(operatorId), isNull(recoverySecrets.usedAt)));
      return { codesLeft: row?.codesLeft ?? 0, codesCreatedAt: row?.codesCreatedAt ?? undefined };
    },
    replaceRecoveryCodes: ({ operatorId, secrets, at, audit }) =>
      transaction(async (tx) => {
        // Of two at once the later one's codes are valid, and no mixture of both.
        await tx.select().from(operators).where(eq(operators.id, operatorId)).for('update');
        await tx.delete(recoverySecrets).where(and(codesOf(operatorId), isNull(recoverySecrets.usedAt)));
        const shared = { kind: 'code', operatorId, createdBy: operatorId, createdAt: at } as const;
        await tx.insert(recoverySecrets).values(secrets.map((secret) => ({ ...shared, ...secret })));
        await appendAudit(tx, [audit]);
      }),
  };
}

function linkVerbs({
  db,
  transaction,
}: Records): Pick<RecoveryStore, 'addRecoveryLink' | 'listRecoveryLinks' | 'removeRecoveryLink'> {
  const isOpenLink = and(eq(recoverySecrets.kind, 'link'), isNull(recoverySecrets.usedAt));
  return {
    addRecoveryLink: ({ audit, at, ...link }) =>
      transaction(async (tx) => {
        const [operator] = await tx
          .select()
          .from(operators)
          .where(and(eq(operators.id, link.operatorId), isNull(operators.disabledAt)))
          .for('update');
        if (operator === undefined) return 'unknown';
        await tx
          .delete(recoverySecrets)
          .where(and(isOpenLink, eq(recoverySecrets.operatorId, link.operatorId)));
        await tx.insert(recoverySecrets).values({ ...link, kind: 'link', createdAt: at });
        await appendAudit(tx, [audit]);
        return 'added';
      }),
    async listRecoveryLinks(nowMs) {
      const rows = await db
        .select({ link: recoverySecrets, operator: { id: operators.id, name: operators.name } })
        .from(recoverySecrets)
        .innerJoin(operators, eq(operators.id, recoverySecrets.operatorId))
        .where(and(isOpenLink, gt(recoverySecrets.expiresAt, nowMs)))
        .orderBy(desc(recoverySecrets.createdAt));
      return rows.map(({ link, operator }) => ({
        id: link.id,
        operator,
        createdBy: link.createdBy,
        createdAt: link.createdAt,
        expiresAt: link.expiresAt ?? 0,
      }));
    },
    removeRecoveryLink: (id, audit) =>
      transaction(async (tx) => {
        const removed = await tx
          .delete(recoverySecrets)
          .where(and(isOpenLink, eq(recoverySecrets.id, id)))
          .returning({ operatorId: recoverySecrets.operatorId });
        const [link] = removed;
        if (link === undefined) return false;
        await appendAudit(tx, [{ ...audit, detail: { ...audit.detail, operatorId: link.operatorId } }]);
        return true;
      }),
  };
}

async function openRecovery(
  tx: Executor,
  { secretSha256, familyId, nowMs, audit }: Parameters<RecoveryStore['openRecovery']>[0],
): Promise<OperatorRecord | undefined> {
  const [used] = await tx
    .update(recoverySecrets)
    .set({ usedAt: nowMs, familyId })
    .where(
      and(
        eq(recoverySecrets.secretSha256, secretSha256),
        isNull(recoverySecrets.usedAt),
        or(isNull(recoverySecrets.expiresAt), gt(recoverySecrets.expiresAt, nowMs)),
      ),
    )
    .returning();
  if (used === undefined) return undefined;
  const [row] = await tx
    .select()
    .from(operators)
    .where(and(eq(operators.id, used.operatorId), isNull(operators.disabledAt)));
  // The secret of a disabled operator is spent, and opens nothing.
  if (row === undefined) return undefined;
  const detail = { ...audit.detail, by: used.kind, secretId: used.id, sessionId: familyId };
  await appendAudit(tx, [{ ...audit, actor: row.id, target: row.id, detail }]);
  return operatorOf(row);
}

async function completeRecovery(
  tx: Executor,
  completion: Parameters<RecoveryStore['completeRecovery']>[0],
): Promise<'enrolled' | 'void'> {
  const [used] = await tx
    .update(recoverySecrets)
    .set({ completedAt: completion.nowMs })
    .where(openSession(completion.familyId))
    .returning({ operatorId: recoverySecrets.operatorId });
  const [operator] =
    used === undefined
      ? []
      : await tx
          .select()
          .from(operators)
          .where(and(eq(operators.id, used.operatorId), isNull(operators.disabledAt)))
          .for('update');
  if (operator === undefined) return 'void';
  const { credential, family } = completion;
  await tx.insert(credentials).values({ ...credential, name: storableText(credential.name) });
  await tx.insert(tokenFamilies).values(familyRow(family));
  await storeRevocation(tx, completion.revocation);
  await appendAudit(tx, completion.audit);
  return 'enrolled';
}

const openSession = (familyId: string) =>
  and(eq(recoverySecrets.familyId, familyId), isNull(recoverySecrets.completedAt));
