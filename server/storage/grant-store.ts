/**
 * Authorization codes and what comes of them, in SQL. Taking a code is one UPDATE, so that of any number that show it
 * at once one gets it; who shows it again marks it, and then no family may come of it any more.
 */

import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { TokenFamily } from '../../lib/identity/token-family.ts';
import type { AuthorizationCode, GrantStore, TakenCode } from '../oauth/store.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { familyOf, familyRow } from './family-store.ts';
import { tokenFamilies } from './schema.ts';
import { authorizationCodes, callers, oauthClients } from './schema-oauth.ts';

export function grantVerbs({ db, transaction }: Database): GrantStore {
  return {
    addCode: (code, from) =>
      transaction(async (tx) => {
        await tx.insert(authorizationCodes).values(code);
        const { callerId: actor, clientId: target, authenticatedAt: at, credentialId, scope } = code;
        const detail = { credentialId, scope, userAgent: from.userAgent };
        await appendAudit(tx, [
          { at, actor, action: 'caller.authorized', target, outcome: 'done', address: from.address, detail },
        ]);
      }),
    takeCode: (codeSha256, clientId, nowMs) => takeCode(db, codeSha256, clientId, nowMs),
    openFamily: ({ codeSha256, family }) =>
      transaction(async (tx) => {
        const opened = await tx
          .update(authorizationCodes)
          .set({ familyId: family.id })
          .where(and(eq(authorizationCodes.codeSha256, codeSha256), isNull(authorizationCodes.reusedAt)))
          .returning({ id: authorizationCodes.codeSha256 });
        if (opened.length === 0 || !(await mayHold(tx, family))) return false;
        await openFamily(tx, family);
        return true;
      }),
    machineFamily: (family, nowMs) =>
      transaction(async (tx) => {
        const { clientId, subjectId, jkt } = family;
        const isSameKey = jkt === undefined ? isNull(tokenFamilies.jkt) : eq(tokenFamilies.jkt, jkt);
        const live = and(
          eq(tokenFamilies.subjectId, subjectId),
          eq(tokenFamilies.clientId, clientId),
          eq(tokenFamilies.status, 'live'),
          gt(tokenFamilies.expiresAt, nowMs),
          isSameKey,
        );
        const [known] = await tx
          .select()
          .from(tokenFamilies)
          .where(live)
          .orderBy(desc(tokenFamilies.createdAt))
          .limit(1)
          .for('update');
        if (known === undefined) {
          if (!(await mayHold(tx, family))) return undefined;
          await openFamily(tx, family);
          return family;
        }
        const { scope, audience, address, userAgent } = familyRow(family);
        const [counted] = await tx
          .update(tokenFamilies)
          .set({ seq: sql`${tokenFamilies.seq} + 1`, lastUsedAt: nowMs, scope, audience, address, userAgent })
          .where(eq(tokenFamilies.id, known.id))
          .returning();
        return familyOf(counted ?? known);
      }),
  };
}

/** The client lives and the caller is enabled; both rows stay so until the transaction ends. */
async function mayHold(tx: Executor, { clientId, subjectId }: TokenFamily): Promise<boolean> {
  const [client] = await tx
    .select({ id: oauthClients.id })
    .from(oauthClients)
    .where(and(eq(oauthClients.id, clientId), isNull(oauthClients.revokedAt)))
    .for('share');
  if (client === undefined || subjectId === clientId) return client !== undefined;
  const [caller] = await tx
    .select({ id: callers.id })
    .from(callers)
    .where(and(eq(callers.id, subjectId), isNull(callers.disabledAt)))
    .for('share');
  return caller !== undefined;
}

async function openFamily(tx: Executor, family: TokenFamily): Promise<void> {
  await tx.insert(tokenFamilies).values(familyRow(family));
  const { subjectId: actor, clientId, scope, address, createdAt: at, id: target } = family;
  const detail = { clientId, scope, credentialId: family.credentialId };
  await appendAudit(tx, [{ at, actor, action: 'session.opened', target, outcome: 'done', address, detail }]);
}

async function takeCode(
  db: Executor,
  codeSha256: string,
  clientId: string,
  nowMs: number,
): Promise<TakenCode> {
  const isThis = and(
    eq(authorizationCodes.codeSha256, codeSha256),
    eq(authorizationCodes.clientId, clientId),
  );
  const [taken] = await db
    .update(authorizationCodes)
    .set({ usedAt: nowMs })
    .where(and(isThis, isNull(authorizationCodes.usedAt), gt(authorizationCodes.expiresAt, nowMs)))
    .returning();
  if (taken !== undefined) return { kind: 'taken', code: codeOf(taken) };
  const [shown] = await db
    .update(authorizationCodes)
    .set({ reusedAt: nowMs })
    .where(and(isThis, sql`${authorizationCodes.usedAt} is not null`))
    .returning();
  if (shown === undefined) return { kind: 'unknown' };
  const { familyId, callerId } = shown;
  return { kind: 'reused', family: familyId === null ? undefined : { id: familyId, subjectId: callerId } };
}

function codeOf(row: typeof authorizationCodes.$inferSelect): AuthorizationCode {
  const { usedAt: _used, reusedAt: _reused, familyId: _family, ...code } = row;
  return { ...code, dpopJkt: row.dpopJkt ?? undefined };
}
