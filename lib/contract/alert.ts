/** A grouped finding for people: what happened, why we think so, and what was done. Plain types only. */

import type { Conclusion, DetectorKind, Mode, Scope } from './decision.ts';
import type { RequestEvent } from './event.ts';

export type AlertStatus = 'open' | 'acknowledged' | 'resolved' | 'muted';

/** One reason, as a number beside its normal. The console draws each as a line with its weight. */
export interface Evidence {
  /** Stable code, for example `requests_per_minute`, `failed_sign_ins`, `distinct_paths`. */
  measure: string;
  /** Plain words: `412 requests in a minute; normally 3 to 9`. */
  text: string;
  observed: number;
  expected: number;
  /** Edges of the expected band, same unit as observed. */
  lower: number;
  upper: number;
  windowMs: number;
  /** How many periods or requests the expectation rests on. */
  sampleCount: number;
  /** Share of the finding that this line carries, 0 to 1. */
  weight: number;
}

/** An alert as the engine sees it, before people touch it. */
export interface Finding {
  /** `alr_…`; the same while the finding lasts, so that replaying a log writes no second alert. */
  id: string;
  kind: DetectorKind;
  scope: Scope;
  /** One plain sentence: who did what, and what is normal. */
  summary: string;
  conclusion: Conclusion;
  mode: Mode;
  evidence: Evidence[];
  exampleEvents: RequestEvent[];
  /** Requests that belong to the finding, and how many of them were refused. */
  requestCount: number;
  refusedCount: number;
  openedAt: number;
  lastSeenAt: number;
  /** Set when the abuse ended. */
  endedAt?: number;
}

export interface Alert extends Finding {
  status: AlertStatus;
  /** OWASP API Security Top 10 (2023) entry, for example `API4:2023`. */
  owasp: string;
  /** Set while muted: notifications and the open count leave it out until then. */
  mutedUntil?: number;
  /** When and by whom the status last changed. */
  statusChangedAt?: number;
  statusChangedBy?: string;
}

/** OWASP API Security Top 10 (2023): which entry each kind of finding is evidence of, with its title. */
export const owaspByKind: Record<DetectorKind, { id: string; title: string }> = {
  rate_spike: { id: 'API4:2023', title: 'Unrestricted Resource Consumption' },
  rate_drift: { id: 'API4:2023', title: 'Unrestricted Resource Consumption' },
  pulse: { id: 'API4:2023', title: 'Unrestricted Resource Consumption' },
  new_user_flood: { id: 'API6:2023', title: 'Unrestricted Access to Sensitive Business Flows' },
  credential_stuffing: { id: 'API2:2023', title: 'Broken Authentication' },
  object_enumeration: { id: 'API1:2023', title: 'Broken Object Level Authorization' },
  bulk_read: { id: 'API6:2023', title: 'Unrestricted Access to Sensitive Business Flows' },
  path_scan: { id: 'API9:2023', title: 'Improper Inventory Management' },
  token_replay: { id: 'API2:2023', title: 'Broken Authentication' },
  endpoint_novelty: { id: 'API5:2023', title: 'Broken Function Level Authorization' },
  resource_abuse: { id: 'API4:2023', title: 'Unrestricted Resource Consumption' },
  endpoint_latency: { id: 'API4:2023', title: 'Unrestricted Resource Consumption' },
  endpoint_errors: { id: 'API8:2023', title: 'Security Misconfiguration' },
};
