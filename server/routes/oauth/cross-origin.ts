/**
 * Pages of public clients live elsewhere and call the token endpoint from there, so the browser asks whether they may:
 * yes for the origins of their registered redirect URIs, and for nobody else. No cookie is ever read on these routes,
 * and none is allowed along.
 */

import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../../http/env.ts';
import type { ClientStore } from '../../oauth/store.ts';

const preflightSeconds = 600;

export function allowAppOrigins(deps: {
  store: Pick<ClientStore, 'listAppOrigins'>;
}): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const isApp = origin !== undefined && (await deps.store.listAppOrigins()).includes(origin);
    await next();
    if (!isApp) return;
    // Also on errors: a page must be able to read that its nonce was missing.
    c.header('access-control-allow-origin', origin);
    c.header('vary', 'Origin', { append: true });
    c.header('access-control-expose-headers', 'DPoP-Nonce');
    if (c.req.method !== 'OPTIONS') return;
    c.header('access-control-allow-methods', 'POST');
    c.header('access-control-allow-headers', 'Content-Type, DPoP');
    c.header('access-control-max-age', String(preflightSeconds));
  };
}
