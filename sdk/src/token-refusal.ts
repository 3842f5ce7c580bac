/**
 * What a caller with no good token is answered: a challenge (RFC 6750 3, RFC 9449 7.1, RFC 9470 3) and problem details
 * (RFC 9457), in static words.
 */

import { problemContentType } from '../../lib/contract/errors.ts';

export type TokenRefusalReason =
  /** No token at all. */
  | 'no_token'
  | 'invalid_token'
  | 'token_expired'
  | 'token_revoked'
  | 'invalid_dpop_proof'
  /** Repeat with the nonce of the answer. */
  | 'use_dpop_nonce'
  | 'insufficient_scope'
  /** The passkey was used too long ago, or not as the resource asks. */
  | 'step_up_required'
  | 'rate_limited'
  /** The view of revocations is too old, or the keys could not be had: nobody knows, so nobody is let in. */
  | 'unavailable';

export interface TokenRefusal {
  status: 401 | 403 | 429 | 503;
  headers: Record<string, string>;
  body: string;
}

/** What a resource asks beyond a good token. */
export interface TokenNeeds {
  /** All of these. */
  scopes?: readonly string[];
  /** A passkey used within this time, seconds. Machines have none. */
  maxAgeSeconds?: number;
  /** `phr`: a person, by a phishing-resistant passkey. */
  acr?: string;
}

const answers: Record<TokenRefusalReason, { status: TokenRefusal['status']; title: string; error?: string }> =
  {
    no_token: { status: 401, title: 'A token is needed.' },
    invalid_token: { status: 401, title: 'This token is not valid here.', error: 'invalid_token' },
    token_expired: { status: 401, title: 'This token has expired.', error: 'invalid_token' },
    token_revoked: { status: 401, title: 'This token was revoked.', error: 'invalid_token' },
    invalid_dpop_proof: {
      ...{ status: 401, title: 'The DPoP proof is not valid for this request.' },
      error: 'invalid_dpop_proof',
    },
    use_dpop_nonce: {
      ...{ status: 401, title: 'Repeat the request with the DPoP nonce from this response.' },
      error: 'use_dpop_nonce',
    },
    insufficient_scope: { status: 403, title: 'This token is for less.', error: 'insufficient_scope' },
    step_up_required: {
      ...{ status: 401, title: 'A more recent or stronger sign-in is needed.' },
      error: 'insufficient_user_authentication',
    },
    rate_limited: { status: 429, title: 'Too many requests. Slow down and retry.' },
    unavailable: { status: 503, title: 'Tokens cannot be verified at the moment.' },
  };

/**
 * @param resource.allowBearer whether it takes bearer tokens beside bound ones.
 * @param resource.headers to go along, such as the nonce for the next proof.
 */
export function tokenRefusal(
  reason: TokenRefusalReason,
  needs: TokenNeeds,
  resource: { allowBearer: boolean; headers: Record<string, string> },
): TokenRefusal {
  const { status, title, error } = answers[reason];
  const headers: Record<string, string> = {
    'content-type': problemContentType,
    'cache-control': 'no-store',
    ...resource.headers,
  };
  if (status === 401 || status === 403) {
    const parameters = challengeParameters(reason, error, title, needs);
    const schemes = [
      ['DPoP', ...parameters, 'algs="ES256"'],
      ...(resource.allowBearer ? [['Bearer', ...parameters]] : []),
    ];
    headers['www-authenticate'] = schemes
      .map(([scheme, ...rest]) => `${scheme} ${rest.join(', ')}`.trim())
      .join(', ');
  } else headers['retry-after'] = status === 429 ? '60' : '1';
  const type = `https://tidegate.dev/problems/${reason}`;
  return { status, headers, body: JSON.stringify({ type, title, status, code: reason }) };
}

function challengeParameters(
  reason: TokenRefusalReason,
  error: string | undefined,
  title: string,
  needs: TokenNeeds,
): string[] {
  const steps = reason === 'step_up_required';
  return [
    ...(error === undefined ? [] : [`error="${error}"`, `error_description="${title}"`]),
    ...(steps && needs.maxAgeSeconds !== undefined ? [`max_age="${needs.maxAgeSeconds}"`] : []),
    ...(steps && needs.acr !== undefined ? [`acr_values="${needs.acr}"`] : []),
    ...(reason === 'insufficient_scope' ? [`scope="${(needs.scopes ?? []).join(' ')}"`] : []),
  ];
}
