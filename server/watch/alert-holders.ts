/**
 * Which sessions an alert is about, and how alarming that is: for the risk that decisions look at and for answering the
 * alert at its root. Operators are judged only by what Tidegate saw itself, since whoever may ship events could name
 * one; callers and machines by any alert that names their token.
 */

import type { AlertSummary } from '../../lib/contract/console.ts';
import type { DetectorKind } from '../../lib/contract/decision.ts';
import { selfAlertPrefix } from './self-watch.ts';

/** How alarming an open alert of a kind is, 0 to 100; from 70 on, dangerous actions are denied. */
export const riskByKind: Record<DetectorKind, number> = {
  token_replay: 90,
  credential_stuffing: 70,
  object_enumeration: 60,
  path_scan: 60,
  endpoint_novelty: 40,
  bulk_read: 40,
  new_user_flood: 30,
  rate_spike: 40,
  rate_drift: 20,
  pulse: 20,
  resource_abuse: 30,
  // An endpoint that is slow or fails says nothing about who calls it.
  endpoint_latency: 0,
  endpoint_errors: 0,
};

/** What is over stays in the risk this long. */
export const riskAfterMs = 60 * 60 * 1000;

/** `operator` where Tidegate itself saw it; `caller` for what it gave out to a customer's caller. */
export interface AlertHolder {
  kind: 'operator' | 'caller';
  /** `opr_…`, `cal_…` or `cli_…`, where the alert names one. */
  holderId?: string;
  /** `fam_…`, where the alert names one. */
  familyId?: string;
}

/** Undefined where the alert is about nothing that Tidegate gave out. */
export function holderOf({ id, scope }: Pick<AlertSummary, 'id' | 'scope'>): AlertHolder | undefined {
  const familyId = scope.tokenId?.startsWith('fam_') ? { familyId: scope.tokenId } : {};
  const isSelf = id.startsWith(selfAlertPrefix);
  if (isSelf && scope.user?.startsWith('opr_')) {
    return { kind: 'operator', holderId: scope.user, ...familyId };
  }
  if (isSelf) return undefined;
  if (scope.user !== undefined && /^(cal|cli)_/.test(scope.user)) {
    return { kind: 'caller', holderId: scope.user, ...familyId };
  }
  return 'familyId' in familyId ? { kind: 'caller', ...familyId } : undefined;
}

/** What an alert says about its holder now. */
export function riskOf(alert: AlertSummary, nowMs: number): number {
  if (alert.mode === 'shadow' || alert.status === 'resolved' || alert.status === 'muted') return 0;
  const isOver = alert.endedAt !== undefined && alert.endedAt < nowMs - riskAfterMs;
  const isStale = alert.lastSeenAt < nowMs - 24 * riskAfterMs;
  return isOver || isStale ? 0 : riskByKind[alert.kind];
}
