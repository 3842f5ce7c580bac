/** What the endpoints of the token service share: bounded forms, OAuth's own error answers, and limits by address. */

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError } from '../../http/app-error.ts';
import { limitBody } from '../../http/body-limit.ts';
import type { ApiEnv } from '../../http/env.ts';
import type { RateLimits } from '../../identity/rate-limits.ts';
import type { RefusalTrail } from '../../identity/refusal-trail.ts';
import { OAuthError, type OAuthErrorCode } from '../../oauth/oauth-error.ts';
import { isDiskFull, isUnreachable } from '../../storage/database.ts';

/** An assertion or a long token; ours have about 1 kB. */
const bodyBytesMax = 16 * 1024;

export const limitForm = limitBody(bodyBytesMax, () => {
  throw new OAuthError('invalid_request', 'The body is too large.', { status: 413 });
});

export interface OAuthModuleDeps {
  rateLimits: RateLimits;
  refusals: Pick<RefusalTrail, 'record'>;
}

/** A module whose refusals are RFC 6749's; wrong secrets are counted against the address, and audited. */
export function createOAuthModule(deps: OAuthModuleDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.onError((error, c) => {
    const refusal = oauthErrorOf(error);
    if (refusal === undefined) throw error;
    if (refusal.code === 'invalid_client') {
      const address = c.get('clientAddress');
      deps.rateLimits.countFailure('token', address);
      deps.refusals.record({ action: 'access.refused', address, reason: refusal.code });
    }
    return errorAnswer(refusal);
  });
  return app;
}

/** Counts the request. @throws AppError `rate_limited` */
export function admitToken(c: Context<ApiEnv>, deps: OAuthModuleDeps): void {
  deps.rateLimits.admit('token', c.get('clientAddress'));
}

function oauthErrorOf(error: unknown): OAuthError | undefined {
  if (error instanceof OAuthError) return error;
  if (isUnreachable(error)) {
    return new OAuthError('temporarily_unavailable', 'The database is not answering.', { status: 503 });
  }
  if (isDiskFull(error)) {
    return new OAuthError('temporarily_unavailable', 'The disk is full.', { status: 503 });
  }
  if (error instanceof HTTPException) return new OAuthError('invalid_request', 'The request is not valid.');
  if (error instanceof AppError) {
    const { status, headers, publicDetail } = error;
    return new OAuthError(codeOf(status), publicDetail ?? error.code, { status, headers });
  }
  return undefined;
}

function codeOf(status: number): OAuthErrorCode {
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

function errorAnswer(error: OAuthError): Response {
  return new Response(JSON.stringify({ error: error.code, error_description: error.message }), {
    status: error.status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...error.headers },
  });
}
