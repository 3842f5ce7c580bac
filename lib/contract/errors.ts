/** Errors as they cross the wire: RFC 9457 problem details with a stable code. Inlined by the SDK: no imports. */

export interface Problem {
  /** `https://tidegate.dev/problems/<code>`, or the IANA type for `abnormal-usage-detected`. */
  type: string;
  title: string;
  status: number;
  /** Stable; clients switch on it. */
  code: string;
  detail?: string;
  /** Correlates the answer with the server's log line. */
  requestId?: string;
  [member: string]: unknown;
}

export const problemContentType = 'application/problem+json';

/** Registered by draft-ietf-httpapi-ratelimit-headers: what a throttled caller of the customer's API gets. */
export const abnormalUsageType = 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected';

/** The one table of problems that Tidegate's own API answers: code -> status and public title. */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not valid.' },
  invalid_json: { status: 400, title: 'The body is not valid JSON.' },
  unauthenticated: { status: 401, title: 'Sign in, or send a valid key.' },
  invalid_key: { status: 401, title: 'This ingest key is not valid.' },
  use_dpop_nonce: { status: 401, title: 'Repeat the request with the DPoP nonce from this response.' },
  invalid_dpop_proof: { status: 401, title: 'The DPoP proof is not valid for this request.' },
  token_expired: { status: 401, title: 'This token has expired.' },
  token_revoked: { status: 401, title: 'This token was revoked.' },
  step_up_required: { status: 401, title: 'Use your passkey again to confirm this.' },
  ceremony_failed: { status: 401, title: 'The passkey could not be verified.' },
  forbidden: { status: 403, title: 'This is not allowed.' },
  origin_refused: { status: 403, title: 'Requests from this origin are not accepted.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  method_not_allowed: { status: 405, title: 'This method is not supported here.' },
  last_owner: { status: 409, title: 'After this no owner could change policies and operators.' },
  last_device: { status: 409, title: 'This is the only passkey left. Add another one first.' },
  conflict: { status: 409, title: 'This was changed meanwhile. Reload and try again.' },
  body_too_large: { status: 413, title: 'The body is larger than the limit.' },
  batch_too_large: { status: 413, title: 'The batch holds more events than the limit.' },
  unsupported_media_type: { status: 415, title: 'This content type or encoding is not supported.' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was used for another batch.' },
  policy_refused: { status: 422, title: 'These policies cannot be put in force.' },
  rate_limited: { status: 429, title: 'Too many requests. Slow down and retry.' },
  collector_behind: { status: 429, title: 'Tidegate is catching up. Retry shortly.' },
  internal: { status: 500, title: 'Something failed on our side.' },
  storage_full: { status: 503, title: 'The disk is full; events cannot be kept safely.' },
  unavailable: { status: 503, title: 'This part of Tidegate is not available at the moment.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;
