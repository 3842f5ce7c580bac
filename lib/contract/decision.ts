/**
 * What Tidegate concludes about a request, and the standing orders (throttles) that make enforcement points
 * conclude it locally. Inlined by the SDK: imports types only.
 */

export type Conclusion = 'allow' | 'throttle' | 'step_up' | 'deny';

/** `shadow`: decide and record, do not act. */
export type Mode = 'enforce' | 'shadow';

/** What a detector is called, in decisions, alerts and exceptions. */
export type DetectorKind =
  | 'rate_spike'
  | 'rate_drift'
  | 'pulse'
  | 'new_user_flood'
  | 'credential_stuffing'
  | 'object_enumeration'
  | 'bulk_read'
  | 'path_scan'
  | 'token_replay'
  | 'endpoint_novelty'
  | 'resource_abuse'
  | 'endpoint_latency'
  | 'endpoint_errors';

export type DecisionReason =
  | 'normal'
  | DetectorKind
  /** An exception says not to act here. */
  | 'excepted'
  /** Tidegate cannot be reached and no throttle that is still in force applies. */
  | 'collector_unreachable';

/**
 * The narrowest key that explains a finding; every field that is set must match. One of: user + endpoint, user,
 * tokenId, tokenId + ip, ip, ip + endpoint; in a finding about everybody there, endpoint alone.
 */
export interface Scope {
  user?: string;
  /** With its method: `GET /v1/orders/{id}`. */
  endpoint?: string;
  ip?: string;
  tokenId?: string;
}

/** An active limit until a time, fleet-wide; each SDK instance applies its share. */
export interface Throttle {
  /** `thr_…` */
  id: string;
  scope: Scope;
  conclusion: Exclude<Conclusion, 'allow'>;
  kind: DetectorKind;
  /** Requests a minute that the whole fleet may let through; set exactly when the conclusion is `throttle`. */
  limitPerMinute?: number;
  /** `alr_…` */
  alertId: string;
  mode: Mode;
  /** ms since the epoch. */
  createdAt: number;
  expiresAt: number;
}

export interface Decision {
  conclusion: Conclusion;
  /** What set the throttle in force, also where this request is within its limit; else `normal` or why not to act. */
  reason: DecisionReason;
  limitPerMinute?: number;
  /** Whole requests left in this instance's share right now. */
  remaining?: number;
  /** Until the next request would pass, ms; set for `throttle`. */
  retryAfterMs?: number;
  expiresAt?: number;
  alertId?: string;
  throttleId?: string;
  /** In shadow mode: what would have been concluded. */
  shadow?: Exclude<Conclusion, 'allow'>;
  /** True where `allow` means "could not know", never "is fine". */
  failedOpen?: boolean;
}

/** `GET /v1/baseline`: what is normal for one user on one endpoint. */
export interface Baseline {
  user: string;
  endpoint: string;
  /** Every acknowledged event of the pair, exactly once. */
  requestsTotal: number;
  /** Over the last minute. */
  ratePerMinute: number;
  expectedPerMinute: number;
  /** Upper edge of the expected band. */
  upperPerMinute: number;
  /**
   * The throttle in force, else what a throttle would be set to now. Sustained: a single minute may normally be higher
   * (`upperPerMinute`), many in a row are not.
   */
  limitPerMinute: number;
  /** Calm periods that the baseline was learned from. */
  sampleCount: number;
  /** 0 (all prior) to 1 (all own history). */
  confidence: number;
}

/** Answer to `POST /v1/events`. */
export interface IngestReply {
  accepted: number;
  /** `field` is the first one at fault, where it is a matter of one. */
  rejected: { index: number; code: string; field?: string }[];
  /** Throttles in force for keys of this batch. */
  throttles: Throttle[];
}
