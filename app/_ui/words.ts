/** The words of the product, in one table: what each finding, conclusion and status is called on screen. */

import type { AlertStatus } from '../../lib/contract/alert.ts';
import type { Conclusion, DetectorKind, Scope } from '../../lib/contract/decision.ts';

export const kindNames: Record<DetectorKind, string> = {
  rate_spike: 'Rate spike',
  rate_drift: 'Rate drift',
  pulse: 'Pulse',
  new_user_flood: 'New user flood',
  credential_stuffing: 'Credential stuffing',
  object_enumeration: 'Object enumeration',
  bulk_read: 'Bulk read',
  path_scan: 'Path scan',
  token_replay: 'Token replay',
  endpoint_novelty: 'Unusual endpoint',
  resource_abuse: 'Resource abuse',
  endpoint_latency: 'Slow endpoint',
  endpoint_errors: 'Failing endpoint',
};

export const conclusionNames: Record<Conclusion, string> = {
  allow: 'Allowed',
  throttle: 'Throttled',
  step_up: 'Step-up',
  deny: 'Denied',
};

export const statusNames: Record<AlertStatus, string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  muted: 'Muted',
};

/** Who or what an order or a finding is about, in a sentence. */
export function scopeText(scope: Scope): string {
  const who = scope.user ?? scope.ip ?? (scope.tokenId === undefined ? 'everyone' : `token ${scope.tokenId}`);
  return scope.endpoint === undefined ? who : `${who} on ${scope.endpoint}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

export function isDetectorKind(text: string): text is DetectorKind {
  return Object.hasOwn(kindNames, text);
}
