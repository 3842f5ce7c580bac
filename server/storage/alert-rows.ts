/** An alert as the table holds it, and as the rest of the product sees it. */

import { type Alert, type Finding, owaspByKind } from '../../lib/contract/alert.ts';
import type { AlertSummary } from '../../lib/contract/console.ts';
import type { Scope } from '../../lib/contract/decision.ts';
import { alerts } from './schema.ts';
import { storableJson, storableText } from './storable-text.ts';

type AlertRow = typeof alerts.$inferSelect;
type SummaryRow = Omit<AlertRow, 'evidence' | 'exampleEvents'>;

/** The columns of a list: evidence and examples are most of a row's bytes and no list shows them. */
export const summaryColumns = {
  id: alerts.id,
  kind: alerts.kind,
  user: alerts.user,
  endpoint: alerts.endpoint,
  ip: alerts.ip,
  tokenId: alerts.tokenId,
  summary: alerts.summary,
  conclusion: alerts.conclusion,
  mode: alerts.mode,
  requestCount: alerts.requestCount,
  refusedCount: alerts.refusedCount,
  openedAt: alerts.openedAt,
  lastSeenAt: alerts.lastSeenAt,
  endedAt: alerts.endedAt,
  status: alerts.status,
  mutedUntil: alerts.mutedUntil,
  statusChangedAt: alerts.statusChangedAt,
  statusChangedBy: alerts.statusChangedBy,
};

export function summaryOf(row: SummaryRow): AlertSummary {
  return {
    id: row.id,
    kind: row.kind,
    scope: scopeOf(row),
    summary: row.summary,
    conclusion: row.conclusion,
    mode: row.mode,
    requestCount: row.requestCount,
    refusedCount: row.refusedCount,
    openedAt: row.openedAt,
    lastSeenAt: row.lastSeenAt,
    ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
    status: row.status,
    owasp: owaspByKind[row.kind].id,
    ...(row.mutedUntil === null ? {} : { mutedUntil: row.mutedUntil }),
    ...(row.statusChangedAt === null ? {} : { statusChangedAt: row.statusChangedAt }),
    ...(row.statusChangedBy === null ? {} : { statusChangedBy: row.statusChangedBy }),
  };
}

export function alertOf(row: AlertRow): Alert {
  return { ...summaryOf(row), evidence: row.evidence, exampleEvents: row.exampleEvents };
}

/** The engine's half of a row; people's half (status, mute) is not touched by it. */
export function findingRow(finding: Finding): typeof alerts.$inferInsert {
  return {
    id: finding.id,
    kind: finding.kind,
    ...scopeRow(finding.scope),
    summary: storableText(finding.summary),
    conclusion: finding.conclusion,
    mode: finding.mode,
    evidence: storableJson(finding.evidence),
    exampleEvents: storableJson(finding.exampleEvents),
    requestCount: finding.requestCount,
    refusedCount: finding.refusedCount,
    openedAt: Math.round(finding.openedAt),
    lastSeenAt: Math.round(finding.lastSeenAt),
    endedAt: finding.endedAt === undefined ? null : Math.round(finding.endedAt),
    status: 'open',
  };
}

export function scopeOf(row: Record<keyof Scope, string | null>): Scope {
  return {
    ...(row.user === null ? {} : { user: row.user }),
    ...(row.endpoint === null ? {} : { endpoint: row.endpoint }),
    ...(row.ip === null ? {} : { ip: row.ip }),
    ...(row.tokenId === null ? {} : { tokenId: row.tokenId }),
  };
}

export function scopeRow(scope: Scope): Record<keyof Scope, string | null> {
  const text = (value: string | undefined) => (value === undefined ? null : storableText(value));
  return {
    user: text(scope.user),
    endpoint: text(scope.endpoint),
    ip: text(scope.ip),
    tokenId: text(scope.tokenId),
  };
}
