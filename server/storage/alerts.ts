/**
 * Alerts as people work with them: the answer of an operator (with its timeline line and audit entry in one
 * transaction), the engine's findings coming in, and what becomes of old ones. Whoever draws alerts hears of every
 * change. Reading is in alert-list.ts, writing findings in alert-findings.ts.
 */

import { and, eq, inArray, lt, lte, ne, sql } from 'drizzle-orm';
import type { AlertStatus, Finding } from '../../lib/contract/alert.ts';
import type { AlertSummary } from '../../lib/contract/console.ts';
import { upsertFindings } from './alert-findings.ts';
import { type AlertQuery, alertTotals, getAlert, listAlerts, openAlertCounts } from './alert-list.ts';
import { summaryColumns, summaryOf } from './alert-rows.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { alerts, alertTimeline } from './schema.ts';

/** Who acts, for timeline and audit. */
export interface Actor {
  /** `opr_…` */
  operatorId: string;
  name: string;
  address: string;
}

export type AlertAction = 'acknowledge' | 'resolve' | 'mute' | 'reopen';

export interface AlertChange {
  ids: string[];
  action: AlertAction;
  /** For `mute` only. */
  mutedUntil?: number | undefined;
  actor: Actor;
}

export interface AlertNote {
  id: string;
  /** `throttle`, `step_up`, `revoke_family` */
  action: string;
  families: string[];
  actor: Actor;
}

export type Alerts = ReturnType<typeof createAlerts>;

const outcomes: Record<AlertAction, { status: AlertStatus; word: string }> = {
  acknowledge: { status: 'acknowledged', word: 'acknowledged' },
  resolve: { status: 'resolved', word: 'resolved' },
  mute: { status: 'muted', word: 'muted' },
  reopen: { status: 'open', word: 'reopened' },
};

export function createAlerts(deps: { database: Database; clock: { now(): number } }) {
  const { db, transaction } = deps.database;
  const { clock } = deps;
  const listeners = new Set<(changed: AlertSummary[]) => void>();

  function tell(changed: AlertSummary[]): void {
    if (changed.length > 0) for (const listener of listeners) listener(changed);
  }

  return {
    list: (query: AlertQuery) => listAlerts(db, query),
    get: (id: string) => getAlert(db, id),
    totals: () => alertTotals(db, clock.now()),
    openCounts: (by: 'user' | 'endpoint', names: string[]) => openAlertCounts(db, by, names),
    /** Idempotent by id; the caller batches. */
    async recordFindings(findings: readonly Finding[]): Promise<void> {
      tell(await transaction((tx) => upsertFindings(tx, findings)));
    },
    /** Unknown ids are left out of the answer; an alert that already is as asked is returned unchanged. */
    async change(change: AlertChange): Promise<AlertSummary[]> {
      const { all, moved } = await transaction((tx) => changeStatus(tx, change, clock.now()));
      tell(all.filter((alert) => moved.includes(alert.id)));
      return all;
    },
    /** What was done about the sessions that it is about, for its timeline and the audit. */
    note: (note: AlertNote) => transaction((tx) => writeNote(tx, note, clock.now())),
    /** A mute ends by itself: its alert is open again, and says so. */
    async reopenEndedMutes(): Promise<void> {
      tell(await transaction((tx) => reopenEndedMutes(tx, clock.now())));
    },
    /** Removes what is older than `atMs` and not open, then the oldest above `keepMax`, open ones last. */
    async dropOld(cut: { atMs: number; keepMax: number }): Promise<void> {
      await db.delete(alerts).where(and(ne(alerts.status, 'open'), lt(alerts.lastSeenAt, cut.atMs)));
      await db.execute(sql`
        delete from ${alerts} where id in (
          select id from ${alerts} order by (status = 'open') desc, last_seen_at desc offset ${cut.keepMax})`);
    },
    onChanged(listener: (changed: AlertSummary[]) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function changeStatus(
  tx: Executor,
  { ids, action, mutedUntil, actor }: AlertChange,
  at: number,
): Promise<{ all: AlertSummary[]; moved: string[] }> {
  const { status, word } = outcomes[action];
  const until = action === 'mute' ? (mutedUntil ?? null) : null;
  const found = await tx
    .select({ id: alerts.id, status: alerts.status, mutedUntil: alerts.mutedUntil })
    .from(alerts)
    .where(inArray(alerts.id, ids))
    .orderBy(alerts.id)
    .for('update');
  const moved = found.flatMap((row) => (row.status === status && row.mutedUntil === until ? [] : [row.id]));
  if (moved.length > 0) {
    await tx
      .update(alerts)
      .set({ status, mutedUntil: until, statusChangedAt: at, statusChangedBy: actor.name })
      .where(inArray(alerts.id, moved));
    const what = until === null ? word : `${word} until ${new Date(until).toISOString()}`;
    await tx.insert(alertTimeline).values(moved.map((alertId) => ({ alertId, at, by: actor.name, what })));
    const entry = { at, actor: actor.operatorId, action: `alert.${action}`, address: actor.address };
    const detail = until === null ? {} : { mutedUntil: until };
    await appendAudit(
      tx,
      moved.map((target) => ({ ...entry, target, outcome: 'done', detail })),
    );
  }
  const rows = await tx.select(summaryColumns).from(alerts).where(inArray(alerts.id, ids));
  return { all: rows.map(summaryOf), moved };
}

async function writeNote(
  tx: Executor,
  { id, action, families, actor }: AlertNote,
  at: number,
): Promise<void> {
  const [found] = await tx.select({ id: alerts.id }).from(alerts).where(eq(alerts.id, id));
  if (found === undefined) return;
  const sessions = families.length === 1 ? '1 session' : `${families.length} sessions`;
  const what = `answered with ${action.replace('_', ' ')}: ${sessions}`;
  await tx.insert(alertTimeline).values({ alertId: id, at, by: actor.name, what });
  const entry = { at, actor: actor.operatorId, address: actor.address, outcome: 'done' as const };
  const detail = { answer: action, families: families.slice(0, 50), count: families.length };
  await appendAudit(tx, [{ ...entry, action: 'alert.answer', target: id, detail }]);
}

async function reopenEndedMutes(tx: Executor, at: number): Promise<AlertSummary[]> {
  const rows = await tx
    .update(alerts)
    .set({ status: 'open', mutedUntil: null, statusChangedAt: at, statusChangedBy: 'tidegate' })
    .where(and(eq(alerts.status, 'muted'), lte(alerts.mutedUntil, at)))
    .returning(summaryColumns);
  if (rows.length > 0) {
    const lines = rows.map(({ id }) => ({
      alertId: id,
      at,
      by: 'tidegate',
      what: 'reopened: its mute ended',
    }));
    await tx.insert(alertTimeline).values(lines);
  }
  return rows.map(summaryOf);
}
