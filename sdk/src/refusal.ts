/**
 * What a refused caller of the customer's API is answered: problem details (RFC 9457) without a word about why
 * Tidegate thinks so, since the caller may be an attacker.
 */

import type { Decision } from '../../lib/contract/decision.ts';
import { abnormalUsageType, problemContentType } from '../../lib/contract/errors.ts';

export interface Refusal {
  status: 401 | 403 | 429;
  headers: Record<string, string>;
  body: string;
}

/** Name of the one policy in `RateLimit` fields. */
const policyName = '"tidegate"';
const policyWindowSeconds = 60;

/** @returns undefined where the decision lets the request through. */
export function refusalOf(
  decision: Decision,
  request: { authorization: string | undefined; tokenId: string | undefined },
): Refusal | undefined {
  if (decision.conclusion === 'allow') return undefined;
  if (decision.conclusion === 'throttle') return throttled(decision);
  const hasToken = request.authorization !== undefined || request.tokenId !== undefined;
  if (decision.conclusion === 'step_up' && hasToken) return stepUp(request.authorization);
  return problem(403, {}, 'https://tidegate.dev/problems/denied', 'denied', 'This request is not allowed.');
}

/** RateLimit fields as of draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4 (structured fields, RFC 9651). */
function throttled({ limitPerMinute = 0, remaining = 0, retryAfterMs = 1000 }: Decision): Refusal {
  const waitSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const headers = {
    'retry-after': String(waitSeconds),
    'ratelimit-policy': `${policyName};q=${Math.floor(limitPerMinute)};w=${policyWindowSeconds}`,
    ratelimit: `${policyName};r=${remaining};t=${waitSeconds}`,
  };
  const title = 'Request refused: its rate is far from what is usual here.';
  return problem(429, headers, abnormalUsageType, 'abnormal_usage_detected', title, {
    'violated-policies': ['tidegate'],
  });
}

/** RFC 9470 section 3: the caller's token is good, yet not enough; signing in anew helps. */
function stepUp(authorization: string | undefined): Refusal {
  const scheme = /^dpop\s/i.test(authorization ?? '') ? 'DPoP' : 'Bearer';
  const description = 'A more recent or stronger sign-in is needed.';
  const challenge = `${scheme} error="insufficient_user_authentication", error_description="${description}"`;
  const type = 'https://tidegate.dev/problems/step_up_required';
  return problem(401, { 'www-authenticate': challenge }, type, 'step_up_required', description);
}

function problem(
  status: Refusal['status'],
  headers: Record<string, string>,
  type: string,
  code: string,
  title: string,
  members: Record<string, unknown> = {},
): Refusal {
  return {
    status,
    headers: { ...headers, 'content-type': problemContentType, 'cache-control': 'no-store' },
    body: JSON.stringify({ type, title, status, code, ...members }),
  };
}
