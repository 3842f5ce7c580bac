/** Reading the audit log: pages newest first, and the whole of it, page by page, for export. Nothing here writes. */

import { and, asc, count, desc, eq, gt, gte, inArray, like, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { AccountNotice, AccountNoticeKind } from '../../lib/contract/account.ts';
import type { AuditFilter, AuditRecord } from '../../lib/contract/audit.ts';
import type { Page } from '../../lib/contract/console.ts';
import { AppError } from '../http/app-error.ts';
import { readAuditHead } from './audit.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database, Executor } from './database.ts';
import { withoutEach } from './left-out.ts';
import { auditEntries, operators } from './schema.ts';
import { escapeLike, storableText } from './storable-text.ts';

export interface AuditQuery extends AuditFilter {
  limit: number;
  cursor?: string | undefined;
}

/** Rows read at a time for an export: the embedded database has one connection, which others want too. */
const exportPageSize = 500;

/** No index helps to find a part of a text: so many entries are read in about a second. */
const searchedMax = 100_000;

const facts = z.record(z.string(), z.unknown());

export function createAuditReader({ db }: Pick<Database, 'db'>) {
  return {
    /** Newest first. @throws AppError `invalid_request` on a cursor that is not ours */
    list: (query: AuditQuery) => list(db, query),
    /** Oldest first; what is written meanwhile is left out, so that it ends. */
    all: (filter: AuditFilter) => all(db, filter),
    /** What happened to one operator's account, newest first. */
    notices: (operatorId: string, query: { limit: number; cursor?: string | undefined }) =>
      notices(db, operatorId, query),
  };
}

async function list(db: Executor, query: AuditQuery): Promise<Page<AuditRecord>> {
  const filter = await filterOf(db, query);
  const before = query.cursor === undefined ? undefined : seqOf(query.cursor);
  const rows = await select(db)
    .where(and(filter, before === undefined ? undefined : lt(auditEntries.seq, before)))
    .orderBy(desc(auditEntries.seq))
    .limit(query.limit + 1);
  const items = rows.slice(0, query.limit).map(recordOf);
  const last = rows.length > query.limit ? items.at(-1) : undefined;
  if (last === undefined && before === undefined) return { items, total: items.length };
  const [counted] = await db.select({ total: count() }).from(auditEntries).where(filter);
  const nextCursor = last === undefined ? {} : { nextCursor: encodeCursor({ at: 0, id: String(last.seq) }) };
  return { items, total: counted?.total ?? 0, ...nextCursor };
}

async function* all(db: Executor, filter: AuditFilter): AsyncGenerator<AuditRecord> {
  const [newest] = await db
    .select({ seq: auditEntries.seq })
    .from(auditEntries)
    .orderBy(desc(auditEntries.seq))
    .limit(1);
  const until = newest?.seq ?? 0;
  const fits = await filterOf(db, filter);
  for (let after = 0; ; ) {
    const rows = await select(db)
      .where(and(fits, gt(auditEntries.seq, after), lte(auditEntries.seq, until)))
      .orderBy(asc(auditEntries.seq))
      .limit(exportPageSize);
    for (const row of rows) yield recordOf(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < exportPageSize) return;
    after = last.entry.seq;
  }
}

/** What a row names. */
const namedColumns = [auditEntries.actor, auditEntries.action, auditEntries.target, auditEntries.address];

/** Actions that the owner of an account should hear of. */
const noticeKinds = new Map<string, AccountNoticeKind>([
  ['device.added', 'device_added'],
  ['device.removed', 'device_removed'],
  ['credential.clone_suspected', 'clone_suspected'],
  ['recovery.codes_created', 'recovery_codes_created'],
  ['recovery.link_created', 'recovery_link_created'],
  ['recovery.opened', 'recovery_used'],
  ['recovery.enrolled', 'recovery_enrolled'],
  ['session.opened', 'session_opened'],
  ['session.reuse_detected', 'session_reuse_detected'],
]);

async function notices(
  db: Executor,
  operatorId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<AccountNotice>> {
  const concerns = or(
    eq(auditEntries.actor, operatorId),
    ...['operatorId', 'subjectId'].map((fact) => like(auditEntries.detail, `%"${fact}":"${operatorId}"%`)),
  );
  const filter = and(inArray(auditEntries.action, [...noticeKinds.keys()]), concerns);
  const before = cursor === undefined ? undefined : lt(auditEntries.seq, seqOf(cursor));
  const rows = await select(db)
    .where(and(filter, before))
    .orderBy(desc(auditEntries.seq))
    .limit(limit + 1);
  const [counted] = await db.select({ total: count() }).from(auditEntries).where(filter);
  const shown = rows.slice(0, limit).map(recordOf);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const next = last && { nextCursor: encodeCursor({ at: 0, id: String(last.seq) }) };
  return { items: shown.flatMap(noticeOf), total: counted?.total ?? 0, ...next };
}

function noticeOf({ at, action, address, target, detail }: AuditRecord): AccountNotice[] {
  const what = noticeKinds.get(action);
  if (what === undefined) return [];
  const session = target.startsWith('fam_') ? target : detail.sessionId;
  const sessionId = typeof session === 'string' ? { sessionId: session } : {};
  const subject = [detail.name, detail.by, target].find((fact) => typeof fact === 'string');
  return [{ at, what, address, ...sessionId, subject: String(subject) }];
}

function select(db: Executor) {
  return db
    .select({ entry: auditEntries, actorName: operators.name })
    .from(auditEntries)
    .leftJoin(operators, eq(operators.id, auditEntries.actor));
}

function recordOf({
  entry,
  actorName,
}: {
  entry: typeof auditEntries.$inferSelect;
  actorName: string | null;
}): AuditRecord {
  const { detail, policyVersion, ...rest } = entry;
  return {
    ...rest,
    detail: facts.parse(JSON.parse(detail)),
    ...(actorName === null ? {} : { actorName }),
    ...(policyVersion === null ? {} : { policyVersion }),
  };
}

async function filterOf(db: Executor, filter: AuditFilter): Promise<SQL | undefined> {
  const { actor, action, target, outcome, address, fromMs, toMs, text, without } = filter;
  return and(
    actor === undefined ? undefined : eq(auditEntries.actor, storableText(actor)),
    action === undefined ? undefined : actionIs(action),
    target === undefined ? undefined : eq(auditEntries.target, storableText(target)),
    outcome === undefined ? undefined : eq(auditEntries.outcome, outcome),
    address === undefined ? undefined : eq(auditEntries.address, storableText(address)),
    fromMs === undefined ? undefined : gte(auditEntries.at, fromMs),
    toMs === undefined ? undefined : lte(auditEntries.at, toMs),
    text === undefined ? undefined : mentions(text, (await readAuditHead(db)).seq),
    ...withoutEach(namedColumns, without),
  );
}

/** A noun stands for all its verbs. */
function actionIs(action: string): SQL {
  return action.includes('.')
    ? eq(auditEntries.action, action)
    : sql`split_part(${auditEntries.action}, '.', 1) = ${action}`;
}

function mentions(text: string, headSeq: number): SQL | undefined {
  const { action, target, detail } = auditEntries;
  const pattern = `%${escapeLike(storableText(text))}%`;
  return and(
    gt(auditEntries.seq, headSeq - searchedMax),
    sql`(${action} || ' ' || ${target} || ' ' || ${detail}) ilike ${pattern}`,
  );
}

function seqOf(cursor: string): number {
  const seq = Number(decodeCursor(cursor).id);
  if (Number.isSafeInteger(seq)) return seq;
  throw new AppError('invalid_request', { public: 'The cursor is not valid.' });
}

export type AuditReader = ReturnType<typeof createAuditReader>;
