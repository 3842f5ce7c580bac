/** A caller's passkey, made with a one-time link. Nobody is signed in by it: that begins at the client. */

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from '../../http/env.ts';
import type { TokenService } from '../../oauth/token-service.ts';
import { beginBinding, callerOf, finishBinding, refuseMisfit } from '../auth/browser.ts';
import { ceremonyFinishSchema, ceremonySchema, jsonAnswer, jsonBody } from '../auth/ceremony-schema.ts';
import { createSignInGuard, type GuardDeps } from '../auth/sign-in-guard.ts';

export function createEnrolRoutes(deps: GuardDeps & { tokenService: TokenService }) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const { enrolment } = deps.tokenService;
  const middleware = createSignInGuard(deps, 'setup');

  app.openapi(createRoute({ ...beginRoute, middleware }), async (c) => {
    const caller = callerOf(c.req, c.get('clientAddress'));
    return c.json(await enrolment.begin(c.req.valid('json').token, beginBinding(c), caller), 200);
  });

  app.openapi(createRoute({ ...finishRoute, middleware }), async (c) => {
    const caller = callerOf(c.req, c.get('clientAddress'));
    await enrolment.finish(c.req.valid('json'), finishBinding(c), caller);
    return c.body(null, 204);
  });
  return app;
}

const beginRoute = {
  method: 'post',
  path: '/oauth/enrol/begin',
  summary: 'Begin to make a passkey, with the token of a link.',
  request: { body: jsonBody(z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })) },
  responses: { 200: jsonAnswer(ceremonySchema, 'Options for a new passkey.') },
} as const;

const finishRoute = {
  method: 'post',
  path: '/oauth/enrol/finish',
  summary: 'Store the new passkey; the link is spent.',
  request: { body: jsonBody(ceremonyFinishSchema) },
  responses: { 204: { description: 'Stored.' } },
} as const;
