/** Sessions as administration sees them: who holds them, through what, from where, and what happened to each. */

import { and, asc, count, countDistinct, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { PgSelect } from 'drizzle-orm/pg-core';
import type { Page } from '../../lib/contract/console.ts';
import type { SessionFilter, SessionSummary, TokenEvent } from '../../lib/contract/sessions.ts';
import { sessionRisk } from '../../lib/identity/session-risk.ts';
import { consoleClientId, familyIdleMs } from '../../lib/identity/token-family.ts';
import { authenticatorNames } from '../identity/aaguids.table.ts';
import type { FamilyFilter, SessionFacts } from '../identity/account-store.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Executor } from './database.ts';
import { credentials, operators, tokenFamilies } from './schema.ts';
import { tokenEvents } from './schema-accounts.ts';
import { callerCredentials, callers, oauthClients } from './schema-oauth.ts';
import { type FilterFacts, familyFilter, hasStatus, holderPrefixes } from './session-filter.ts';

const columns = {
  family: tokenFamilies,
  operatorName: operators.name,
  callerName: callers.name,
  clientName: oauthClients.name,
  deviceId: credentials.deviceId,
  deviceName: credentials.name,
  cloneSuspectedAt: sql<
    number | null
  >`coalesce(${credentials.cloneSuspectedAt}, ${callerCredentials.cloneSuspectedAt})`,
  callerAaguid: callerCredentials.aaguid,
};

type Row = Awaited<ReturnType<typeof selectRows>>[number];

function selectRows(db: Executor, where: SQL | undefined, limit: number) {
  return withHolders(db.select(columns).from(tokenFamilies).$dynamic())
    .where(where)
    .orderBy(desc(tokenFamilies.lastUsedAt), desc(tokenFamilies.id))
    .limit(limit);
}

function withHolders<T extends PgSelect>(query: T) {
  return query
    .leftJoin(operators, eq(operators.id, tokenFamilies.subjectId))
    .leftJoin(callers, eq(callers.id, tokenFamilies.subjectId))
    .leftJoin(oauthClients, eq(oauthClients.id, tokenFamilies.clientId))
    .leftJoin(credentials, eq(credentials.id, tokenFamilies.credentialId))
    .leftJoin(callerCredentials, eq(callerCredentials.id, tokenFamilies.credentialId));
}

/** Last used first. @throws AppError `invalid_request` on a cursor that is not ours */
export async function listSessions(
  db: Executor,
  query: SessionFilter & { limit: number; cursor?: string | undefined },
  facts: SessionFacts,
): Promise<Page<SessionSummary>> {
  const { limit, cursor, ...filter } = query;
  const where = familyFilter(filter, facts);
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const isAfter =
    after && sql`(${tokenFamilies.lastUsedAt}, ${tokenFamilies.id}) < (${after.at}, ${after.id})`;
  const rows = await selectRows(db, and(where, isAfter), limit + 1);
  const [counted] = await withHolders(db.select({ total: count() }).from(tokenFamilies).$dynamic()).where(
    where,
  );
  const items = rows.slice(0, limit).map((row) => summaryOf(row, facts));
  const last = rows.length > limit ? items.at(-1) : undefined;
  const next = last && { nextCursor: encodeCursor({ at: last.lastUsedAt, id: last.id }) };
  return { items, total: counted?.total ?? 0, ...next };
}

export async function findSession(
  db: Executor,
  id: string,
  facts: SessionFacts,
): Promise<{ session: SessionSummary; timeline: TokenEvent[] } | undefined> {
  const [row] = await selectRows(db, eq(tokenFamilies.id, id), 1);
  if (row === undefined) return undefined;
  const events = await db
    .select()
    .from(tokenEvents)
    .where(eq(tokenEvents.familyId, id))
    .orderBy(asc(tokenEvents.id));
  return { session: summaryOf(row, facts), timeline: events.map(eventOf) };
}

/** How many live sessions a condition means, and whose they are. */
export async function countSessions(db: Executor, filter: FamilyFilter, facts: SessionFacts) {
  const holders = (prefix: string) =>
    sql`count(distinct ${tokenFamilies.subjectId}) filter (where starts_with(${tokenFamilies.subjectId}, ${prefix}))`.mapWith(
      Number,
    );
  const counted = db
    .select({
      families: count(),
      operators: holders(holderPrefixes.operator),
      users: holders(holderPrefixes.user),
      clients: countDistinct(sql`nullif(${tokenFamilies.clientId}, ${consoleClientId})`),
      includesCurrent: sql<boolean | null>`bool_or(${tokenFamilies.id} = ${facts.currentId})`,
    })
    .from(tokenFamilies);
  const isLive = hasStatus('live', facts.nowMs);
  const [row] = await withHolders(counted.$dynamic()).where(and(isLive, familyFilter(filter, facts)));
  return {
    families: 0,
    operators: 0,
    users: 0,
    clients: 0,
    ...row,
    includesCurrent: row?.includesCurrent === true,
  };
}

/** Ids of the live sessions that a filter means, at most `limit`. */
export async function liveFamilyIds(
  tx: Executor,
  filter: SessionFilter,
  facts: FilterFacts,
  limit: number,
): Promise<string[]> {
  const ids = tx.select({ id: tokenFamilies.id }).from(tokenFamilies).$dynamic();
  const where = and(hasStatus('live', facts.nowMs), familyFilter(filter, facts));
  return (await withHolders(ids).where(where).limit(limit)).map(({ id }) => id);
}

function summaryOf(row: Row, facts: SessionFacts): SessionSummary {
  const { family } = row;
  const address = family.lastAddress ?? family.address;
  const risk = sessionRisk({
    holderRisk: facts.riskOf(family.subjectId),
    cloneSuspected: row.cloneSuspectedAt !== null,
    moved: address !== family.address,
  });
  return {
    id: family.id,
    holder: holderOf(row),
    ...(row.clientName === null ? {} : { client: { id: family.clientId, name: row.clientName } }),
    ...deviceOf(row),
    address,
    userAgent: family.userAgent,
    createdAt: family.createdAt,
    lastUsedAt: family.lastUsedAt,
    expiresAt: family.expiresAt,
    status: statusOf(family, facts.nowMs),
    ...(family.revokedAt === null ? {} : { revokedAt: family.revokedAt }),
    ...(family.revokedReason === null ? {} : { revokedReason: family.revokedReason }),
    rotations: family.seq,
    ...risk,
    current: family.id === facts.currentId,
  };
}

function holderOf({ family, operatorName, callerName, clientName }: Row): SessionSummary['holder'] {
  const id = family.subjectId;
  if (operatorName !== null) return { kind: 'operator', id, name: operatorName };
  if (callerName !== null) return { kind: 'user', id, name: callerName };
  return { kind: 'client', id, name: clientName ?? id };
}

function deviceOf({ deviceId, deviceName, callerAaguid }: Row): Pick<SessionSummary, 'device'> {
  if (deviceId !== null && deviceName !== null) return { device: { id: deviceId, name: deviceName } };
  if (callerAaguid === null) return {};
  return { device: { name: authenticatorNames.get(callerAaguid) ?? 'Passkey' } };
}

function statusOf(family: Row['family'], nowMs: number): SessionSummary['status'] {
  if (family.status === 'revoked') return 'revoked';
  return family.expiresAt > nowMs && nowMs - family.lastUsedAt < familyIdleMs ? 'live' : 'expired';
}

function eventOf({ at, kind, seq, address, reason }: typeof tokenEvents.$inferSelect): TokenEvent {
  return {
    at,
    kind,
    seq,
    ...(address === null ? {} : { address }),
    ...(reason === null ? {} : { reason }),
  };
}
