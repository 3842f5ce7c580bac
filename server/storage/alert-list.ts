/** Reading alerts: pages with real totals, one alert with its timeline, and the counts that other views show. */

import { and, asc, count, desc, eq, ilike, inArray, type SQL, sql } from 'drizzle-orm';
import type { Alert, AlertStatus } from '../../lib/contract/alert.ts';
import type { AlertDetail, AlertSummary, Page } from '../../lib/contract/console.ts';
import type { DetectorKind } from '../../lib/contract/decision.ts';
import { alertOf, summaryColumns, summaryOf } from './alert-rows.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Executor } from './database.ts';
import { withoutEach } from './left-out.ts';
import { alerts, alertTimeline } from './schema.ts';
import { escapeLike, storableText } from './storable-text.ts';

export interface AlertQuery {
  status?: AlertStatus;
  kind?: DetectorKind;
  user?: string;
  ip?: string;
  endpoint?: string;
  /** Part of the summary, in any case. */
  text?: string;
  /** Users, addresses and endpoints whose alerts are left out. */
  without?: readonly string[];
  limit: number;
  cursor?: string;
}

/** An alert counts as new while it is open and this young. */
const newMs = 15 * 60 * 1000;
/** Far more lines than people make; the answer stays small whatever happens. */
const timelineLinesMax = 500;

/** Newest first. @throws AppError `invalid_request` on a cursor that is not ours */
export async function listAlerts(db: Executor, query: AlertQuery): Promise<Page<AlertSummary>> {
  const filter = filterOf(query);
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const rows = await db
    .select(summaryColumns)
    .from(alerts)
    .where(and(filter, after && sql`(${alerts.openedAt}, ${alerts.id}) < (${after.at}, ${after.id})`))
    .orderBy(desc(alerts.openedAt), desc(alerts.id))
    .limit(query.limit + 1);
  const [counted] = await db.select({ total: count() }).from(alerts).where(filter);
  const items = rows.slice(0, query.limit).map(summaryOf);
  const last = rows.length > query.limit ? items.at(-1) : undefined;
  return {
    items,
    total: counted?.total ?? 0,
    ...(last === undefined ? {} : { nextCursor: encodeCursor({ at: last.openedAt, id: last.id }) }),
  };
}

export async function getAlert(
  db: Executor,
  id: string,
): Promise<{ alert: Alert; timeline: AlertDetail['timeline'] } | undefined> {
  const [row] = await db.select().from(alerts).where(eq(alerts.id, id));
  if (row === undefined) return undefined;
  const timeline = await db
    .select({ at: alertTimeline.at, by: alertTimeline.by, what: alertTimeline.what })
    .from(alertTimeline)
    .where(eq(alertTimeline.alertId, id))
    .orderBy(asc(alertTimeline.at), asc(alertTimeline.id))
    .limit(timelineLinesMax);
  return { alert: alertOf(row), timeline };
}

export async function alertTotals(
  db: Executor,
  nowMs: number,
): Promise<{ openAlerts: number; newAlerts: number }> {
  const [row] = await db
    .select({
      openAlerts: count(),
      newAlerts: sql`count(*) filter (where ${alerts.openedAt} > ${nowMs - newMs})`.mapWith(Number),
    })
    .from(alerts)
    .where(eq(alerts.status, 'open'));
  return row ?? { openAlerts: 0, newAlerts: 0 };
}

/** Open alerts of each of these names; a name without any is left out. */
export async function openAlertCounts(
  db: Executor,
  by: 'user' | 'endpoint',
  names: string[],
): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const column = alerts[by];
  const rows = await db
    .select({ name: column, total: count() })
    .from(alerts)
    .where(and(eq(alerts.status, 'open'), inArray(column, names.map(storableText))))
    .groupBy(column);
  return new Map(rows.flatMap((row) => (row.name === null ? [] : [[row.name, row.total]])));
}

function filterOf(query: AlertQuery): SQL | undefined {
  return and(
    query.status === undefined ? undefined : eq(alerts.status, query.status),
    query.kind === undefined ? undefined : eq(alerts.kind, query.kind),
    query.user === undefined ? undefined : eq(alerts.user, storableText(query.user)),
    query.ip === undefined ? undefined : eq(alerts.ip, storableText(query.ip)),
    query.endpoint === undefined ? undefined : eq(alerts.endpoint, storableText(query.endpoint)),
    ...withoutEach([alerts.user, alerts.ip, alerts.endpoint], query.without),
    query.text === undefined ? undefined : ilike(alerts.summary, `%${escapeLike(storableText(query.text))}%`),
  );
}
