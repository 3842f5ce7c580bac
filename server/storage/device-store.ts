/** DeviceStore in SQL: an operator's passkeys, and the sessions that end with one. */

import { and, asc, count, eq, isNull, sql } from 'drizzle-orm';
import type { DeviceRow, DeviceStore } from '../identity/account-store.ts';
import { appendAudit } from './audit.ts';
import { type Executor, isDuplicate, type Records } from './database.ts';
import { endFamilies } from './family-ends.ts';
import { credentialOf } from './identity-rows.ts';
import { credentials, operators, tokenFamilies } from './schema.ts';
import { storableText } from './storable-text.ts';

export function createDeviceStore(database: Records): DeviceStore {
  const { db, transaction } = database;
  return {
    async listCredentials(operatorId) {
      const rows = await db
        .select()
        .from(credentials)
        .where(and(eq(credentials.operatorId, operatorId), isNull(credentials.removedAt)))
        .orderBy(asc(credentials.createdAt), asc(credentials.id));
      return rows.map(credentialOf);
    },
    countByRpId: () =>
      db
        .select({ rpId: credentials.rpId, passkeys: count() })
        .from(credentials)
        .where(isNull(credentials.removedAt))
        .groupBy(credentials.rpId),
    listDevices: (query) => listDevices(db, query),
    recordStepUp: (use) => transaction((tx) => recordStepUp(tx, use)),
    async addDevice(add) {
      try {
        return await transaction((tx) => addDevice(tx, add));
      } catch (error) {
        if (isDuplicate(error)) return 'credential_taken';
        throw error;
      }
    },
    renameDevice: ({ operatorId, deviceId, name, audit }) =>
      transaction(async (tx) => {
        const renamed = await tx
          .update(credentials)
          .set({ name: storableText(name) })
          .where(
            and(
              eq(credentials.deviceId, deviceId),
              eq(credentials.operatorId, operatorId),
              isNull(credentials.removedAt),
            ),
          )
          .returning({ id: credentials.id });
        if (renamed.length === 0) return false;
        await appendAudit(tx, [audit]);
        return true;
      }),
    removeDevice: (removal) => transaction((tx) => removeDevice(tx, removal)),
  };
}

async function listDevices(
  db: Executor,
  { operatorId, nowMs, limit, after }: Parameters<DeviceStore['listDevices']>[0],
): Promise<{ rows: DeviceRow[]; total: number }> {
  const filter = and(
    isNull(credentials.removedAt),
    operatorId === undefined ? undefined : eq(credentials.operatorId, operatorId),
  );
  const rows = await db
    .select({
      credential: credentials,
      operator: { id: operators.id, name: operators.name },
      sessions: sql`(select count(*) from ${tokenFamilies} f where f.credential_id = ${credentials.id}
        and f.status = 'live' and f.expires_at > ${nowMs})`.mapWith(Number),
      lastAddress: sql<string | null>`(select f.address from ${tokenFamilies} f
        where f.credential_id = ${credentials.id} order by f.created_at desc limit 1)`,
    })
    .from(credentials)
    .innerJoin(operators, eq(operators.id, credentials.operatorId))
    .where(
      and(
        filter,
        after && sql`(${credentials.createdAt}, ${credentials.deviceId}) > (${after.at}, ${after.id})`,
      ),
    )
    .orderBy(asc(credentials.createdAt), asc(credentials.deviceId))
    .limit(limit);
  const [counted] = await db.select({ total: count() }).from(credentials).where(filter);
  return {
    rows: rows.map((row) => ({
      credential: credentialOf(row.credential),
      operator: row.operator,
      sessions: row.sessions,
      lastAddress: row.lastAddress ?? undefined,
    })),
    total: counted?.total ?? 0,
  };
}

async function recordStepUp(
  tx: Executor,
  use: Parameters<DeviceStore['recordStepUp']>[0],
): ReturnType<DeviceStore['recordStepUp']> {
  const [found] = await tx
    .select({ counter: credentials.counter })
    .from(credentials)
    .innerJoin(operators, eq(operators.id, credentials.operatorId))
    .innerJoin(tokenFamilies, eq(tokenFamilies.id, use.familyId))
    .where(
      and(
        eq(credentials.id, use.credentialId),
        isNull(credentials.removedAt),
        isNull(operators.disabledAt),
        eq(tokenFamilies.status, 'live'),
      ),
    )
    .for('update', { of: credentials });
  if (found === undefined) return 'refused';
  if (found.counter !== use.expectedCounter) return 'counter_moved';
  await tx
    .update(credentials)
    .set({ counter: use.newCounter, backedUp: use.backedUp, lastUsedAt: use.nowMs })
    .where(eq(credentials.id, use.credentialId));
  await appendAudit(tx, [use.audit]);
  return 'done';
}

async function addDevice(
  tx: Executor,
  { credential, devicesMax, audit }: Parameters<DeviceStore['addDevice']>[0],
): Promise<'added' | 'refused'> {
  const owner = await lockOperator(tx, credential.operatorId);
  if (owner === undefined || owner.disabledAt !== null) return 'refused';
  if ((await deviceCount(tx, credential.operatorId)) >= devicesMax) return 'refused';
  await tx.insert(credentials).values({ ...credential, name: storableText(credential.name) });
  await appendAudit(tx, [audit]);
  return 'added';
}

async function removeDevice(
  tx: Executor,
  removal: Parameters<DeviceStore['removeDevice']>[0],
): ReturnType<DeviceStore['removeDevice']> {
  const named = and(
    eq(credentials.deviceId, removal.deviceId),
    isNull(credentials.removedAt),
    removal.operatorId === undefined ? undefined : eq(credentials.operatorId, removal.operatorId),
  );
  const [found] = await tx.select().from(credentials).where(named);
  if (found === undefined) return { kind: 'unknown' };
  // Two removals at once: the second one waits here, and then counts what the first has left.
  await lockOperator(tx, found.operatorId);
  if ((await deviceCount(tx, found.operatorId)) <= 1) return { kind: 'last' };
  const removed = await tx
    .update(credentials)
    .set({ removedAt: removal.nowMs })
    .where(named)
    .returning({ id: credentials.id });
  if (removed.length === 0) return { kind: 'unknown' };
  const which = eq(tokenFamilies.credentialId, found.id);
  const revocations = await endFamilies(tx, which, { ...removal, reason: 'device_removed' });
  const detail = { ...removal.audit.detail, operatorId: found.operatorId, sessions: revocations.length };
  await appendAudit(tx, [{ ...removal.audit, detail: { ...detail, name: found.name } }]);
  return { kind: 'removed', operatorId: found.operatorId, name: found.name, revocations };
}

async function lockOperator(tx: Executor, operatorId: string) {
  const [row] = await tx.select().from(operators).where(eq(operators.id, operatorId)).for('update');
  return row;
}

async function deviceCount(tx: Executor, operatorId: string): Promise<number> {
  const [counted] = await tx
    .select({ total: count() })
    .from(credentials)
    .where(and(eq(credentials.operatorId, operatorId), isNull(credentials.removedAt)));
  return counted?.total ?? 0;
}
