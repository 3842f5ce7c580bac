/** A scoped, expiring order not to act. Plain types only. */

import type { DetectorKind, Mode, Scope } from './decision.ts';

export interface Exception {
  /** `exc_…` */
  id: string;
  /** Every field that is set must match; with none set, `kind` must be. */
  scope: Scope;
  /** Only findings of this kind; all kinds when left out. */
  kind?: DetectorKind;
  reason: string;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
}

/** Detection settings that an operator may change while Tidegate runs. */
export interface DetectionSettings {
  mode: Mode;
  /** Endpoint (with its method) -> mode, where it differs from the global one. */
  modeByEndpoint: Record<string, Mode>;
  /** Requests an hour that one user may always make on one endpoint. */
  baseLimit: number;
  /** How many times its normal a rate may reach, 1.5 by default; scales every threshold. */
  sensitivity: number;
  /** False alerts per 1,000 user-days that are accepted, 0.5 to 50, 2 by default; scales how much evidence alarms need. */
  falseAlarmBudget: number;
}

/** An exception lasts at most this long (90 days): forgotten orders must not hide abuse for ever. */
export const exceptionMsMax = 90 * 24 * 60 * 60 * 1000;
