/**
 * Operators as others administer them: the list, changes of role, team and clearance, and disabling. Each change asks,
 * under the lock of the policies and in its own transaction, whether an owner remains; so two owners who take each
 * other's rights away at the same moment cannot both succeed.
 */

import { and, count, eq, gt, isNull, max, sql } from 'drizzle-orm';
import type { OperatorAccount, OperatorChange } from '../../lib/contract/operators.ts';
import type { Revocation } from '../../lib/contract/revocation.ts';
import { revocationExpiresAt } from '../identity/revocation-view.ts';
import type { OperatorStanding } from '../policies/standing.ts';
import type { Actor } from './alerts.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { storeRevocation } from './family-store.ts';
import { type EnabledOwner, enabledOwners, lockPolicies, standingOf } from './owners.ts';
import { credentials, operators, tokenFamilies } from './schema.ts';
import { invites } from './schema-policies.ts';
import { storableText } from './storable-text.ts';

export type StoredAccount = Omit<OperatorAccount, 'risk'>;

export interface AccountChange {
  id: string;
  /** What is set now; left out stays. */
  set: OperatorChange & { disabled?: boolean };
  action: 'operator.update' | 'operator.disable' | 'operator.enable';
  actor: Actor;
  keepsOwner: (owners: EnabledOwner[]) => boolean;
}

export interface ChangedAccount {
  standing: OperatorStanding;
  /** Where the operator was disabled. */
  revocation?: Revocation;
}

export type Operators = ReturnType<typeof createOperators>;

export function createOperators(deps: { database: Database; clock: { now(): number } }) {
  const { db, transaction } = deps.database;
  return {
    /** All of them, oldest first: a few hundred at most. */
    list: (): Promise<StoredAccount[]> => accounts(db, deps.clock.now()),
    /** What decisions look at, of everybody. */
    standings: async (): Promise<OperatorStanding[]> => (await db.select().from(operators)).map(standingOf),
    async find(id: string): Promise<StoredAccount | undefined> {
      const [account] = await accounts(db, deps.clock.now(), id);
      return account;
    },
    change: (change: AccountChange): Promise<ChangedAccount | 'unknown' | 'last_owner'> =>
      transaction((tx) => changeAccount(tx, change, deps.clock.now())).catch(asRefusal),
  };
}

/** Thrown to undo the transaction. */
class LastOwner extends Error {}

async function changeAccount(
  tx: Executor,
  { id, set, action, actor, keepsOwner }: AccountChange,
  at: number,
): Promise<ChangedAccount | 'unknown'> {
  await lockPolicies(tx);
  const [before] = await tx.select().from(operators).where(eq(operators.id, id)).for('update');
  if (before === undefined) return 'unknown';
  const { disabled, team, ...rest } = set;
  const values = {
    ...rest,
    ...(team === undefined ? {} : { team: storableText(team) }),
    ...(disabled === undefined ? {} : { disabledAt: disabled ? (before.disabledAt ?? at) : null }),
  };
  const [after] = await tx.update(operators).set(values).where(eq(operators.id, id)).returning();
  if (after === undefined) return 'unknown';
  // Of everybody else's rights nobody's being an owner depends; and asking takes as long as all the rest together.
  const wasOwner = before.role === 'owner' && before.disabledAt === null;
  if (wasOwner && !keepsOwner(await enabledOwners(tx))) throw new LastOwner();
  const entry = { at, actor: actor.operatorId, address: actor.address, outcome: 'done' as const };
  await appendAudit(tx, [
    { ...entry, action, target: id, detail: { before: facts(before), after: facts(after) } },
  ]);
  if (set.disabled !== true) return { standing: standingOf(after) };
  return { standing: standingOf(after), revocation: await endAccess(tx, id, at) };
}

/** Sessions end with their tokens, and so do the invitations that the operator has sent and nobody has used. */
async function endAccess(tx: Executor, id: string, at: number): Promise<Revocation> {
  await tx
    .update(tokenFamilies)
    .set({ status: 'revoked', revokedAt: at, revokedReason: 'operator_disabled' })
    .where(and(eq(tokenFamilies.subjectId, id), eq(tokenFamilies.status, 'live')));
  await tx
    .update(invites)
    .set({ revokedAt: at })
    .where(and(eq(invites.createdBy, id), isNull(invites.usedAt), isNull(invites.revokedAt)));
  const revocation: Revocation = { kind: 'subject', subject: id, at, expiresAt: revocationExpiresAt(at) };
  await storeRevocation(tx, revocation);
  return revocation;
}

function asRefusal(error: unknown): 'last_owner' {
  if (error instanceof LastOwner) return 'last_owner';
  throw error;
}

type OperatorRow = typeof operators.$inferSelect;

function facts({ role, team, clearance, disabledAt }: OperatorRow) {
  return { role, team, clearance, disabled: disabledAt !== null };
}

async function accounts(db: Executor, nowMs: number, id?: string): Promise<StoredAccount[]> {
  const devices = db
    .select({ operatorId: credentials.operatorId, devices: count().as('devices') })
    .from(credentials)
    .where(isNull(credentials.removedAt))
    .groupBy(credentials.operatorId)
    .as('devices_of');
  const sessions = db
    .select({
      subjectId: tokenFamilies.subjectId,
      sessions:
        sql<number>`count(*) filter (where ${tokenFamilies.status} = 'live' and ${gt(tokenFamilies.expiresAt, nowMs)})`
          .mapWith(Number)
          .as('sessions'),
      lastSeenAt: max(tokenFamilies.lastUsedAt).as('last_seen_at'),
    })
    .from(tokenFamilies)
    .groupBy(tokenFamilies.subjectId)
    .as('sessions_of');
  const rows = await db
    .select({
      operator: operators,
      devices: devices.devices,
      sessions: sessions.sessions,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(operators)
    .leftJoin(devices, eq(devices.operatorId, operators.id))
    .leftJoin(sessions, eq(sessions.subjectId, operators.id))
    .where(id === undefined ? undefined : eq(operators.id, id))
    .orderBy(operators.createdAt, operators.id);
  return rows.map(({ operator, devices, sessions, lastSeenAt }) => {
    const { disabledAt, ...standing } = standingOf(operator);
    return {
      ...standing,
      createdAt: operator.createdAt,
      ...(disabledAt === undefined ? {} : { disabledAt }),
      devices: devices ?? 0,
      sessions: sessions ?? 0,
      ...(lastSeenAt === null ? {} : { lastSeenAt }),
    };
  });
}
