/**
 * Callers in SQL: people of the customer's API, their one-time links and their passkeys. A link is used and a passkey
 * stored in one transaction; of any number that use one link at once, one succeeds.
 */

import { and, count, desc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm';
import type { CallerAccount } from '../../lib/contract/oauth.ts';
import type { CallerCredential, CallerRecord, CallerStore, OAuthActor } from '../oauth/store.ts';
import { appendAudit } from './audit.ts';
import { type Database, type Executor, isDuplicate } from './database.ts';
import { endCovered, storeRevocation } from './family-store.ts';
import { credentials } from './schema.ts';
import { callerCredentials, callerLinks, callers } from './schema-oauth.ts';
import { storableText } from './storable-text.ts';

/** Accounts in all; beyond it is a directory, which Tidegate is not. */
const callersMax = 100_000;
/** Listed at most. */
const listedMax = 1_000;

export function callerVerbs({ db, transaction }: Database): CallerStore {
  return {
    ...accountVerbs({ db, transaction }),
    ...enrolmentVerbs({ db, transaction }),
    ...passkeyVerbs({ db, transaction }),
  };
}

type Tables = Pick<Database, 'db' | 'transaction'>;

function accountVerbs({
  db,
  transaction,
}: Tables): Pick<CallerStore, 'listCallers' | 'findCaller' | 'createCaller' | 'setCallerDisabled'> {
  return {
    listCallers: () => accounts(db),
    async findCaller(callerId) {
      const [row] = await db.select().from(callers).where(eq(callers.id, callerId));
      return row && callerOf(row);
    },
    createCaller: ({ caller, link, actor }) =>
      transaction(async (tx) => {
        const [counted] = await tx.select({ total: count() }).from(callers);
        if ((counted?.total ?? 0) >= callersMax) return 'full';
        await tx.insert(callers).values({ ...caller, name: storableText(caller.name) });
        await tx.insert(callerLinks).values(link);
        await audit(tx, 'caller.create', caller.id, actor, caller.createdAt, { name: caller.name });
        return (await accounts(tx, caller.id))[0] ?? 'full';
      }),
    setCallerDisabled: ({ callerId, at, revocation, actor }) =>
      transaction(async (tx) => {
        const disables = revocation !== undefined;
        const was = disables ? isNull(callers.disabledAt) : isNotNull(callers.disabledAt);
        const changed = await tx
          .update(callers)
          .set({ disabledAt: disables ? at : null })
          .where(and(eq(callers.id, callerId), was))
          .returning({ id: callers.id });
        if (changed.length === 0) return false;
        if (revocation === undefined) {
          await audit(tx, 'caller.enable', callerId, actor, at, {});
          return true;
        }
        const families = await endCovered(tx, revocation, 'operator_disabled');
        await storeRevocation(tx, revocation);
        await tx.delete(callerLinks).where(eq(callerLinks.callerId, callerId));
        await audit(tx, 'caller.disable', callerId, actor, at, { families });
        return true;
      }),
  };
}

function enrolmentVerbs({
  db,
  transaction,
}: Tables): Pick<CallerStore, 'replaceLink' | 'findLink' | 'enrolCaller'> {
  return {
    replaceLink: ({ link, actor }) =>
      transaction(async (tx) => {
        const [account] = await accounts(tx, link.callerId);
        if (account === undefined || account.disabledAt !== undefined) return undefined;
        await tx.delete(callerLinks).where(eq(callerLinks.callerId, link.callerId));
        await tx.insert(callerLinks).values(link);
        await audit(tx, 'caller.create_link', link.callerId, actor, link.createdAt, {});
        return account;
      }),
    async findLink(tokenSha256, nowMs) {
      const [row] = await db
        .select({ caller: callers })
        .from(callerLinks)
        .innerJoin(callers, eq(callers.id, callerLinks.callerId))
        .where(isOpen(tokenSha256, nowMs));
      if (row === undefined) return undefined;
      const held = await db
        .select({ id: callerCredentials.id, transports: callerCredentials.transports })
        .from(callerCredentials)
        .where(eq(callerCredentials.callerId, row.caller.id));
      return { caller: callerOf(row.caller), credentials: held };
    },
    async enrolCaller({ tokenSha256, credential, nowMs, address }) {
      try {
        return await transaction(async (tx) => {
          const [used] = await tx
            .delete(callerLinks)
            .where(and(eq(callerLinks.tokenSha256, tokenSha256), gt(callerLinks.expiresAt, nowMs)))
            .returning({ callerId: callerLinks.callerId });
          if (used?.callerId !== credential.callerId) return 'void';
          const [caller] = await tx
            .select({ disabledAt: callers.disabledAt })
            .from(callers)
            .where(eq(callers.id, used.callerId))
            .for('update');
          if (caller === undefined || caller.disabledAt !== null) return 'void';
          // Also not one of an operator: a passkey belongs to one account of all.
          const [taken] = await tx
            .select({ id: credentials.id })
            .from(credentials)
            .where(eq(credentials.id, credential.id));
          if (taken !== undefined) return 'credential_taken';
          await tx.insert(callerCredentials).values(credential);
          const actor = { id: used.callerId, name: '', address };
          await audit(tx, 'caller.enrolled', used.callerId, actor, nowMs, { credentialId: credential.id });
          return 'enrolled';
        });
      } catch (error) {
        if (isDuplicate(error)) return 'credential_taken';
        throw error;
      }
    },
  };
}

function passkeyVerbs({
  db,
  transaction,
}: Tables): Pick<CallerStore, 'findCallerCredential' | 'recordCallerUse' | 'flagClonedCaller'> {
  return {
    async findCallerCredential(credentialId) {
      const [row] = await db
        .select({ credential: callerCredentials, caller: callers })
        .from(callerCredentials)
        .innerJoin(callers, eq(callers.id, callerCredentials.callerId))
        .where(eq(callerCredentials.id, credentialId));
      return row && { credential: credentialOf(row.credential), caller: callerOf(row.caller) };
    },
    recordCallerUse: (use) =>
      transaction(async (tx) => {
        const [found] = await tx
          .select({ counter: callerCredentials.counter })
          .from(callerCredentials)
          .innerJoin(callers, eq(callers.id, callerCredentials.callerId))
          .where(and(eq(callerCredentials.id, use.credentialId), isNull(callers.disabledAt)))
          .for('update');
        if (found === undefined) return 'refused';
        if (found.counter !== use.expectedCounter) return 'counter_moved';
        await tx
          .update(callerCredentials)
          .set({ counter: use.newCounter, backedUp: use.backedUp, lastUsedAt: use.nowMs })
          .where(eq(callerCredentials.id, use.credentialId));
        return 'done';
      }),
    flagClonedCaller: (credentialId, atMs, address) =>
      transaction(async (tx) => {
        const [flagged] = await tx
          .update(callerCredentials)
          .set({ cloneSuspectedAt: atMs })
          .where(eq(callerCredentials.id, credentialId))
          .returning({ callerId: callerCredentials.callerId });
        if (flagged === undefined) return;
        const actor = { id: flagged.callerId, name: '', address };
        await audit(tx, 'credential.clone_suspected', credentialId, actor, atMs, {});
      }),
  };
}

async function accounts(db: Executor, callerId?: string): Promise<CallerAccount[]> {
  const rows = await db
    .select({
      caller: callers,
      passkeys: count(callerCredentials.id),
      lastUsedAt: sql<string | null>`max(${callerCredentials.lastUsedAt})`,
    })
    .from(callers)
    .leftJoin(callerCredentials, eq(callerCredentials.callerId, callers.id))
    .where(callerId === undefined ? undefined : eq(callers.id, callerId))
    .groupBy(callers.id)
    .orderBy(desc(callers.createdAt))
    .limit(listedMax);
  return rows.map(({ caller: { id, name, createdAt, createdBy, disabledAt }, passkeys, lastUsedAt }) => ({
    ...{ id, name, passkeys, createdAt, createdBy },
    disabledAt: disabledAt ?? undefined,
    lastUsedAt: lastUsedAt === null ? undefined : Number(lastUsedAt),
  }));
}

function isOpen(tokenSha256: string, nowMs: number) {
  return and(
    eq(callerLinks.tokenSha256, tokenSha256),
    gt(callerLinks.expiresAt, nowMs),
    isNull(callers.disabledAt),
  );
}

function callerOf(row: typeof callers.$inferSelect): CallerRecord {
  return { ...row, disabledAt: row.disabledAt ?? undefined };
}

function credentialOf(row: typeof callerCredentials.$inferSelect): CallerCredential {
  return {
    ...row,
    lastUsedAt: row.lastUsedAt ?? undefined,
    cloneSuspectedAt: row.cloneSuspectedAt ?? undefined,
  };
}

async function audit(
  tx: Executor,
  action: string,
  target: string,
  actor: OAuthActor,
  at: number,
  detail: Record<string, unknown>,
): Promise<void> {
  await appendAudit(tx, [
    { at, actor: actor.id, action, target, outcome: 'done', address: actor.address, detail },
  ]);
}
