/** Accepting an invitation, with its token and a new passkey. 404 whatever is wrong with the token. */

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { inviteBeginSchema, inviteCeremonySchema } from '../../../lib/contract/operators.schema.ts';
import type { ApiEnv } from '../../http/env.ts';
import type { Identity } from '../../identity/identity.ts';
import {
  beginBinding,
  callerOf,
  finishBinding,
  presentedRefreshCookie,
  refuseMisfit,
  rememberSession,
} from './browser.ts';
import { ceremonyFinishSchema, jsonAnswer, jsonBody, sessionGrantSchema } from './ceremony-schema.ts';
import { createSignInGuard, type GuardDeps } from './sign-in-guard.ts';

export type InviteAcceptanceDeps = GuardDeps & { identity: Pick<Identity, 'invites'> };

export function createInviteRoutes(deps: InviteAcceptanceDeps) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const middleware = createSignInGuard(deps, 'setup');

  const begin = createRoute({
    method: 'post',
    path: '/api/invite/begin',
    summary: 'Begin to accept an invitation, with the token of its link.',
    middleware,
    request: { body: jsonBody(inviteBeginSchema) },
    responses: { 200: jsonAnswer(inviteCeremonySchema, 'Options for a new passkey, and what it is for.') },
  });
  app.openapi(begin, async (c) => {
    const caller = callerOf(c.req, c.get('clientAddress'));
    return c.json(await deps.identity.invites.begin(c.req.valid('json'), beginBinding(c), caller), 200);
  });

  const finish = createRoute({
    method: 'post',
    path: '/api/invite/finish',
    summary: 'Become an operator with the new passkey, signed in.',
    middleware,
    request: { body: jsonBody(ceremonyFinishSchema) },
    responses: { 200: jsonAnswer(sessionGrantSchema, 'Signed in; the refresh cookie is set.') },
  });
  app.openapi(finish, async (c) => {
    const caller = callerOf(c.req, c.get('clientAddress'));
    const cookie = presentedRefreshCookie(c.req);
    const opened = await deps.identity.invites.finish(c.req.valid('json'), finishBinding(c), caller, cookie);
    rememberSession(c, opened);
    return c.json(opened.grant, 200);
  });
  return app;
}
