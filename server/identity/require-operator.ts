/** The middleware before every protected route: sets `principal`, or answers 401 with a challenge. */

import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../http/env.ts';
import type { Identity } from './identity.ts';

export function createRequireOperator(deps: {
  identity: Pick<Identity, 'authenticate' | 'currentNonce'>;
}): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    c.set('principal', await deps.identity.authenticate(c.req.raw, c.get('clientAddress')));
    await next();
    // Also on errors: the next proof should not fail for want of a nonce.
    c.header('dpop-nonce', deps.identity.currentNonce());
  };
}
