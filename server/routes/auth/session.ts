/** The running session: its state for strangers, its renewal by the refresh cookie, its end, and whose it is. */

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { meSchema } from '../../../lib/contract/operators.schema.ts';
import type { ApiEnv } from '../../http/env.ts';
import { authorize } from '../../identity/authorize.ts';
import { clearCookie, refreshCookieName } from '../../identity/cookies.ts';
import type { Identity } from '../../identity/identity.ts';
import { meOf } from '../../policies/rights.ts';
import { callerOf, presentedRefreshCookie, refuseMisfit } from './browser.ts';
import {
  emptySchema,
  jsonAnswer,
  jsonBody,
  sessionGrantSchema,
  sessionStateSchema,
} from './ceremony-schema.ts';
import { createOriginGuard, createSignInGuard, type GuardDeps } from './sign-in-guard.ts';

export function createSessionRoutes(deps: GuardDeps & { identity: Pick<Identity, 'sessions' | 'setup'> }) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const { identity } = deps;

  app.openapi(stateRoute, async (c) => {
    c.header('dpop-nonce', identity.currentNonce());
    return c.json({ setupNeeded: await identity.setup.isNeeded() }, 200);
  });

  const refresh = { ...refreshRoute, middleware: createSignInGuard(deps, 'refresh') };
  app.openapi(createRoute(refresh), async (c) => {
    const cookie = presentedRefreshCookie(c.req);
    const opened = await identity.sessions.refresh(
      cookie,
      c.get('browserKey'),
      callerOf(c.req, c.get('clientAddress')),
    );
    c.header('set-cookie', opened.setCookie, { append: true });
    return c.json(opened.grant, 200);
  });

  const signOut = { ...signOutRoute, middleware: createOriginGuard(deps) };
  app.openapi(createRoute(signOut), async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'session.end_own', { id: principal.familyId });
    const family = { id: principal.familyId, subjectId: principal.operatorId };
    await identity.sessions.end(
      family,
      'signed_out',
      callerOf(c.req, c.get('clientAddress')),
      principal.operatorId,
    );
    c.header('set-cookie', clearCookie(refreshCookieName), { append: true });
    c.header('clear-site-data', '"cookies", "storage"');
    return c.body(null, 204);
  });

  app.openapi(meRoute, (c) => {
    const principal = c.get('principal');
    authorize(principal, 'operator.read_self', { id: principal.operatorId });
    return c.json(meOf(principal), 200);
  });
  return app;
}

const stateRoute = createRoute({
  method: 'get',
  path: '/api/session',
  summary: 'Whether the first operator is still to be created.',
  responses: { 200: jsonAnswer(sessionStateSchema, 'State of the installation.') },
});

const refreshRoute = {
  method: 'post',
  path: '/api/session/refresh',
  summary: 'A new access token, by the refresh cookie and a proof of its key; the cookie rotates.',
  request: { body: jsonBody(emptySchema) },
  responses: { 200: jsonAnswer(sessionGrantSchema, 'Renewed; the refresh cookie is replaced.') },
} as const;

const signOutRoute = {
  method: 'post',
  path: '/api/session/sign-out',
  summary: 'End this session: its tokens, its cookie and its live connections.',
  request: { body: jsonBody(emptySchema) },
  responses: { 204: { description: 'Signed out.' } },
} as const;

const meRoute = createRoute({
  method: 'get',
  path: '/api/me',
  summary: 'Who is signed in, and what this operator may do.',
  responses: { 200: jsonAnswer(meSchema, 'The operator of this session, and what may be done in it.') },
});
