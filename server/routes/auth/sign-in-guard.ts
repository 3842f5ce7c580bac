/**
 * What every call to the sign-in routes must be before it is looked at: JSON, from our own pages, not too large, not
 * too often, and signed by the browser's key. A form, a link, a page on another port or a replay gets no further.
 */

import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import { jsonBodyOf } from '../../http/json-body.ts';
import type { Identity } from '../../identity/identity.ts';
import type { LimitedArea } from '../../identity/rate-limits.ts';

/** A registration is the largest body: a few kB. */
const takeBody = jsonBodyOf(64 * 1024);

export interface SignInEnv extends ApiEnv {
  Variables: ApiEnv['Variables'] & {
    /** Thumbprint of the key that signed this request's proof. */
    browserKey: string;
  };
}

export type GuardDeps = {
  identity: Pick<Identity, 'proveKey' | 'currentNonce' | 'rateLimits'>;
  publicUrl: URL;
};

/** JSON by POST from our own origin. `Sec-Fetch-Site` may be missing (old browsers, no TLS), the origin may not. */
function refuseForeign(request: Request, publicOrigin: string): void {
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(contentType)) {
    throw new AppError('unsupported_media_type');
  }
  if (request.headers.get('origin') !== publicOrigin) {
    throw new AppError('origin_refused', { internal: `origin ${request.headers.get('origin')}` });
  }
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') {
    throw new AppError('origin_refused', { internal: `sec-fetch-site ${site}` });
  }
}

/** Origin, size and shape only: for the routes that the operator's middleware has already authenticated. */
export function createOriginGuard(deps: { publicUrl: URL }): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (c, next) => {
    refuseForeign(c.req.raw, deps.publicUrl.origin);
    await takeBody(c, next);
  });
}

/** For ceremonies of an operator who is authenticated already: as the origin guard, and no larger or more often. */
export function createCeremonyGuard(deps: GuardDeps, area: LimitedArea): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const address = c.get('clientAddress');
    deps.identity.rateLimits.admit(area, address);
    refuseForeign(c.req.raw, deps.publicUrl.origin);
    await takeBody(c, next);
    if (isFailure(c.error)) deps.identity.rateLimits.countFailure(area, address);
  });
}

/** What stands before one sign-in route; sets `browserKey`. */
export function createSignInGuard(deps: GuardDeps, area: LimitedArea): MiddlewareHandler<SignInEnv> {
  const { identity } = deps;
  return createMiddleware<SignInEnv>(async (c, next) => {
    const address = c.get('clientAddress');
    identity.rateLimits.admit(area, address);
    const countFailure = (error: unknown) => {
      if (isFailure(error)) identity.rateLimits.countFailure(area, address);
    };
    try {
      refuseForeign(c.req.raw, deps.publicUrl.origin);
      c.set('browserKey', await identity.proveKey(c.req.raw, address));
      await takeBody(c, next);
    } catch (error) {
      countFailure(error);
      throw error;
    }
    // What the handler threw has been answered already, and is remembered here.
    countFailure(c.error);
    c.header('dpop-nonce', identity.currentNonce());
  });
}

/** A refusal that guessing would cause. Asking for a nonce or a passkey is part of the protocol; being limited is no failure. */
function isFailure(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.status < 500 &&
    error.code !== 'use_dpop_nonce' &&
    error.code !== 'step_up_required' &&
    error.code !== 'rate_limited'
  );
}
