/** Which token families a SessionFilter means, as SQL: the same for a list, for its blast radius and for its end. */

import { and, eq, gt, inArray, like, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import type { HolderKind, SessionStatus } from '../../lib/contract/sessions.ts';
import { cloneRisk, movedRisk } from '../../lib/identity/session-risk.ts';
import { familyIdleMs } from '../../lib/identity/token-family.ts';
import type { FamilyFilter } from '../identity/account-store.ts';
import { withoutEach } from './left-out.ts';
import { credentials, operators, tokenFamilies } from './schema.ts';
import { callers, oauthClients } from './schema-oauth.ts';
import { escapeLike, storableText } from './storable-text.ts';

/** What is known outside the database. */
export interface FilterFacts {
  nowMs: number;
  /** Holders whose own risk is at least this. */
  atRisk: (riskMin: number) => string[];
}

export const holderPrefixes: Record<HolderKind, string> = { operator: 'opr_', user: 'cal_', client: 'cli_' };

const { subjectId, clientId: ofClient, address: firstAddress, lastAddress } = tokenFamilies;
/** What a row names: whoever holds it, through what, with what, from where. */
const namedColumns = [subjectId, ofClient, credentials.deviceId, firstAddress, lastAddress];

/** For a query that has joined all five tables, as `withHolders` in session-list.ts does. */
export function familyFilter(filter: FamilyFilter, facts: FilterFacts): SQL | undefined {
  const {
    familyId,
    holder,
    operatorId,
    user,
    clientId,
    deviceId,
    address,
    status,
    riskMin,
    unusedSince,
    text,
    without,
  } = filter;
  return and(
    familyId === undefined ? undefined : eq(tokenFamilies.id, familyId),
    holder === undefined
      ? undefined
      : like(tokenFamilies.subjectId, `${escapeLike(holderPrefixes[holder])}%`),
    operatorId === undefined ? undefined : eq(tokenFamilies.subjectId, operatorId),
    user === undefined ? undefined : eq(tokenFamilies.subjectId, user),
    clientId === undefined ? undefined : eq(tokenFamilies.clientId, clientId),
    deviceId === undefined ? undefined : eq(credentials.deviceId, deviceId),
    address === undefined ? undefined : usedFrom(storableText(address)),
    status === undefined ? undefined : hasStatus(status, facts.nowMs),
    unusedSince === undefined ? undefined : lt(tokenFamilies.lastUsedAt, unusedSince),
    riskMin === undefined || riskMin <= 0 ? undefined : isAtRisk(riskMin, facts.atRisk(riskMin)),
    text === undefined ? undefined : mentions(text),
    ...withoutEach(namedColumns, without),
  );
}

function usedFrom(address: string): SQL | undefined {
  return or(eq(tokenFamilies.address, address), eq(tokenFamilies.lastAddress, address));
}

export function hasStatus(status: SessionStatus, nowMs: number): SQL | undefined {
  const isLive = eq(tokenFamilies.status, 'live');
  const idleSince = nowMs - familyIdleMs;
  if (status === 'revoked') return eq(tokenFamilies.status, 'revoked');
  if (status === 'live') {
    return and(isLive, gt(tokenFamilies.expiresAt, nowMs), gt(tokenFamilies.lastUsedAt, idleSince));
  }
  return and(isLive, or(lte(tokenFamilies.expiresAt, nowMs), lte(tokenFamilies.lastUsedAt, idleSince)));
}

/** As sessionRisk in lib/identity says it. */
function isAtRisk(riskMin: number, holders: string[]): SQL | undefined {
  return or(
    holders.length === 0 ? sql`false` : inArray(tokenFamilies.subjectId, holders),
    riskMin <= cloneRisk ? sql`${credentials.cloneSuspectedAt} is not null` : undefined,
    riskMin <= movedRisk ? sql`${tokenFamilies.lastAddress} <> ${tokenFamilies.address}` : undefined,
  );
}

/** Names are looked up in their own small tables, so that the many rows of sessions are read once and alone. */
function mentions(text: string): SQL | undefined {
  const pattern = `%${escapeLike(storableText(text))}%`;
  const { address, lastAddress, userAgent } = tokenFamilies;
  return or(
    sql`(${address} || ' ' || coalesce(${lastAddress}, '') || ' ' || ${userAgent}) ilike ${pattern}`,
    sql`${tokenFamilies.subjectId} in (
      select ${operators.id} from ${operators} where ${operators.name} ilike ${pattern}
      union all select ${callers.id} from ${callers} where ${callers.name} ilike ${pattern})`,
    sql`${tokenFamilies.clientId} in (
      select ${oauthClients.id} from ${oauthClients} where ${oauthClients.name} ilike ${pattern})`,
  );
}
