/**
 * The engine's findings become alerts: an upsert by id, so that a log that is read again after a crash writes nothing
 * twice. What people decided stays: a finding that goes on keeps its status. Only two things reopen an alert: the end
 * of its mute, and abuse that still goes on well after somebody resolved it, since then it was not resolved.
 */

import { inArray, sql } from 'drizzle-orm';
import type { Finding } from '../../lib/contract/alert.ts';
import type { AlertSummary } from '../../lib/contract/console.ts';
import { findingRow, summaryColumns, summaryOf } from './alert-rows.ts';
import type { Executor } from './database.ts';
import { alerts, alertTimeline } from './schema.ts';

/** Abuse may trail off this long after an alert was resolved without opening it again. */
export const resolvedGraceMs = 15 * 60 * 1000;

type KnownAlert = Pick<
  typeof alerts.$inferSelect,
  'id' | 'status' | 'statusChangedAt' | 'lastSeenAt' | 'endedAt'
>;

const fromNew = (column: string) => sql.raw(`excluded."${column}"`);

/** Writes a batch inside the caller's transaction. Returns the alerts as they are afterwards. */
export async function upsertFindings(tx: Executor, findings: readonly Finding[]): Promise<AlertSummary[]> {
  const newest = newestById(findings);
  if (newest.length === 0) return [];
  const ids = newest.map((finding) => finding.id);
  const known = await lockKnown(tx, ids);
  const reopened = newest.flatMap((finding) => (isReopened(finding, known.get(finding.id)) ? [finding] : []));

  await tx
    .insert(alerts)
    .values(newest.map(findingRow))
    .onConflictDoUpdate({
      target: alerts.id,
      set: {
        summary: fromNew('summary'),
        conclusion: fromNew('conclusion'),
        mode: fromNew('mode'),
        evidence: fromNew('evidence'),
        exampleEvents: fromNew('example_events'),
        requestCount: fromNew('request_count'),
        refusedCount: fromNew('refused_count'),
        lastSeenAt: fromNew('last_seen_at'),
        endedAt: fromNew('ended_at'),
      },
      // A log that is read again tells older numbers first; they must not replace newer ones.
      setWhere: sql`excluded.last_seen_at >= ${alerts.lastSeenAt}`,
    });
  for (const finding of reopened) {
    await tx
      .update(alerts)
      .set({ status: 'open', statusChangedAt: finding.lastSeenAt, statusChangedBy: 'tidegate' })
      .where(inArray(alerts.id, [finding.id]));
  }
  const lines = newest.flatMap((finding) =>
    timelineOf(finding, known.get(finding.id), reopened.includes(finding)),
  );
  if (lines.length > 0) await tx.insert(alertTimeline).values(lines);
  const changed = await tx.select(summaryColumns).from(alerts).where(inArray(alerts.id, ids));
  return changed.map(summaryOf).toSorted((a, b) => a.lastSeenAt - b.lastSeenAt);
}

/** One INSERT must not name a row twice. */
function newestById(findings: readonly Finding[]): Finding[] {
  const newest = new Map<string, Finding>();
  for (const finding of findings) {
    const before = newest.get(finding.id);
    if (before === undefined || finding.lastSeenAt >= before.lastSeenAt) newest.set(finding.id, finding);
  }
  // One order for all writers, so that two of them cannot wait for each other's rows.
  return [...newest.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function lockKnown(tx: Executor, ids: string[]): Promise<Map<string, KnownAlert>> {
  const rows = await tx
    .select({
      id: alerts.id,
      status: alerts.status,
      statusChangedAt: alerts.statusChangedAt,
      lastSeenAt: alerts.lastSeenAt,
      endedAt: alerts.endedAt,
    })
    .from(alerts)
    .where(inArray(alerts.id, ids))
    .orderBy(alerts.id)
    .for('update');
  return new Map(rows.map((row) => [row.id, row]));
}

function isReopened(finding: Finding, known: KnownAlert | undefined): boolean {
  return known?.status === 'resolved' && finding.lastSeenAt > (known.statusChangedAt ?? 0) + resolvedGraceMs;
}

function timelineOf(finding: Finding, known: KnownAlert | undefined, reopened: boolean) {
  const line = (at: number, what: string) => ({
    alertId: finding.id,
    at: Math.round(at),
    by: 'tidegate',
    what,
  });
  const fresh = known === undefined || finding.lastSeenAt >= known.lastSeenAt;
  const ended = fresh && finding.endedAt !== undefined && (known?.endedAt ?? null) === null;
  return [
    ...(known === undefined ? [line(finding.openedAt, 'opened')] : []),
    ...(reopened ? [line(finding.lastSeenAt, 'reopened: it went on after it was resolved')] : []),
    ...(ended ? [line(finding.endedAt ?? finding.lastSeenAt, 'the abuse ended')] : []),
  ];
}
