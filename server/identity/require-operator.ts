/**
 * The middleware before every protected route: sets `principal`, or answers 401 with a challenge. What the operator
 * then does is an event for Tidegate's own engine, whatever came of it.
 */

import type { Context, MiddlewareHandler } from 'hono';
import type { HttpMethod } from '../../lib/contract/event.ts';
import type { ApiEnv } from '../http/env.ts';
import { matchedPath } from '../http/matched-path.ts';
import { routeName } from '../policies/routes.table.ts';
import type { SelfWatch } from '../watch/self-watch.ts';
import type { SessionThrottle } from '../watch/session-throttle.ts';
import type { Identity } from './identity.ts';
import type { Principal } from './principal.ts';

export interface RequireOperatorDeps {
  identity: Pick<Identity, 'authenticate' | 'currentNonce'>;
  selfWatch: Pick<SelfWatch, 'observe'>;
  throttle: Pick<SessionThrottle, 'admit'>;
  clock: { now(): number };
}

const userAgentCharsMax = 200;

export function createRequireOperator(deps: RequireOperatorDeps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const startedAt = deps.clock.now();
    const principal = await deps.identity.authenticate(c.req.raw, c.get('clientAddress'));
    c.set('principal', principal);
    deps.throttle.admit(principal.familyId);
    await next();
    // Also on errors: the next proof should not fail for want of a nonce.
    c.header('dpop-nonce', deps.identity.currentNonce());
    deps.selfWatch.observe(watched(c, principal, deps.clock.now() - startedAt));
  };
}

function watched(c: Context<ApiEnv>, principal: Principal, latencyMs: number) {
  const { operatorId, familyId, address } = principal;
  const path = matchedPath(c);
  const name = path === undefined ? 'unknown' : routeName('', path).trim();
  return {
    ...{ operatorId, familyId, address, latencyMs, status: c.res.status, endpoint: name },
    method: methodOf(c.req.method),
    userAgent: (c.req.header('user-agent') ?? '').slice(0, userAgentCharsMax),
    objectId: c.req.param('id'),
  };
}

const methods: ReadonlySet<string> = new Set<HttpMethod>([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);

function isMethod(text: string): text is HttpMethod {
  return methods.has(text);
}

function methodOf(text: string): HttpMethod {
  return isMethod(text) ? text : 'GET';
}
