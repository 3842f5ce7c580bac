/** Sign-in with a passkey, without a user name. */

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
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
import {
  ceremonyFinishSchema,
  ceremonySchema,
  emptySchema,
  jsonAnswer,
  jsonBody,
  sessionGrantSchema,
} from './ceremony-schema.ts';
import { createSignInGuard, type GuardDeps } from './sign-in-guard.ts';

export function createSignInRoutes(deps: GuardDeps & { identity: Pick<Identity, 'signIn'> }) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const middleware = createSignInGuard(deps, 'sign_in');

  const begin = createRoute({
    method: 'post',
    path: '/api/sign-in/begin',
    summary: 'Begin to sign in; the same answer for everyone.',
    middleware,
    request: { body: jsonBody(emptySchema) },
    responses: { 200: jsonAnswer(ceremonySchema, 'Options for a passkey that exists.') },
  });
  app.openapi(begin, async (c) => {
    return c.json(
      await deps.identity.signIn.begin(beginBinding(c), callerOf(c.req, c.get('clientAddress'))),
      200,
    );
  });

  const finish = createRoute({
    method: 'post',
    path: '/api/sign-in/finish',
    summary: "Sign in with the passkey's answer.",
    middleware,
    request: { body: jsonBody(ceremonyFinishSchema) },
    responses: { 200: jsonAnswer(sessionGrantSchema, 'Signed in; the refresh cookie is set.') },
  });
  app.openapi(finish, async (c) => {
    const opened = await deps.identity.signIn.finish(
      c.req.valid('json'),
      finishBinding(c),
      callerOf(c.req, c.get('clientAddress')),
      presentedRefreshCookie(c.req),
    );
    rememberSession(c, opened);
    return c.json(opened.grant, 200);
  });
  return app;
}
