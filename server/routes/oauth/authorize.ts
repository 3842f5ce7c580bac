/**
 * The authorization endpoint (RFC 6749 3.1) and what its hosted page calls. The page is one of ours: it is held to the
 * same origin and to a key of its own, as sign-in is, so that no other page can finish what a person began here.
 */

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { AuthorizationView } from '../../../lib/contract/oauth.ts';
import type { ApiEnv } from '../../http/env.ts';
import { oauthPaths } from '../../oauth/metadata.ts';
import { OAuthError } from '../../oauth/oauth-error.ts';
import type { TokenService } from '../../oauth/token-service.ts';
import { beginBinding, callerOf, finishBinding, refuseMisfit } from '../auth/browser.ts';
import {
  ceremonyFinishSchema,
  ceremonySchema,
  emptySchema,
  jsonAnswer,
  jsonBody,
} from '../auth/ceremony-schema.ts';
import { createSignInGuard, type GuardDeps } from '../auth/sign-in-guard.ts';

export function createAuthorizeRoutes(deps: GuardDeps & { tokenService: TokenService }) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const { requests, signIn } = deps.tokenService;
  const middleware = createSignInGuard(deps, 'sign_in');

  app.openapi(authorizeRoute, async (c) => {
    const address = c.get('clientAddress');
    deps.identity.rateLimits.admit('sign_in', address);
    try {
      const opened = await requests.open(new URL(c.req.url).searchParams, address);
      if ('redirectTo' in opened) return c.redirect(opened.redirectTo, 303);
      return c.redirect(`${deps.publicUrl.origin}${oauthPaths.page}?request=${opened.id}`, 303);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      // Nobody can be sent back, so the person reads it here; plain text, since part of the request is a stranger's.
      return c.text(`${error.message} The app that sent you here made a mistake.`, 400);
    }
  });

  app.openapi(viewRoute, (c) => c.json(signIn.view(c.req.valid('param').id), 200));

  app.openapi(createRoute({ ...beginRoute, middleware }), async (c) => {
    const caller = callerOf(c.req, c.get('clientAddress'));
    return c.json(await signIn.begin(c.req.valid('param').id, beginBinding(c), caller), 200);
  });

  app.openapi(createRoute({ ...finishRoute, middleware }), async (c) => {
    const caller = callerOf(c.req, c.get('clientAddress'));
    const { id } = c.req.valid('param');
    const redirectTo = await signIn.finish(id, c.req.valid('json'), finishBinding(c), caller);
    return c.json({ redirectTo }, 200);
  });

  app.openapi(createRoute({ ...cancelRoute, middleware }), (c) =>
    c.json({ redirectTo: signIn.cancel(c.req.valid('param').id) }, 200),
  );
  return app;
}

const params = z.object({ id: z.string().regex(/^arq_[A-Za-z0-9_-]{22}$/) });
const goesOn = { 200: jsonAnswer(z.object({ redirectTo: z.string() }), 'Where the browser goes on.') };
const viewSchema = z.object({
  clientName: z.string(),
  returnsTo: z.string(),
  scopes: z.array(z.string()),
}) satisfies z.ZodType<AuthorizationView>;

const authorizeRoute = createRoute({
  method: 'get',
  path: oauthPaths.authorize,
  summary: 'Ask a person for an authorization code (RFC 6749 4.1, with PKCE); opens the hosted page.',
  responses: {
    303: { description: 'To the page, or back to the client with an error and our `iss` (RFC 9207).' },
    400: { description: 'Client or redirect URI are not known: said here, sent nowhere.' },
  },
});

const viewRoute = createRoute({
  method: 'get',
  path: '/oauth/requests/{id}',
  summary: 'What the page says of the client that asks.',
  request: { params },
  responses: { 200: jsonAnswer(viewSchema, 'The client.') },
});

const beginRoute = {
  method: 'post',
  path: '/oauth/requests/{id}/begin',
  summary: 'Begin to continue to the client with a passkey.',
  request: { params, body: jsonBody(emptySchema) },
  responses: { 200: jsonAnswer(ceremonySchema, 'Options for a passkey that exists.') },
} as const;

const finishRoute = {
  method: 'post',
  path: '/oauth/requests/{id}/finish',
  summary: "Continue with the passkey's answer: the code goes to the client by the browser.",
  request: { params, body: jsonBody(ceremonyFinishSchema) },
  responses: goesOn,
} as const;

const cancelRoute = {
  method: 'post',
  path: '/oauth/requests/{id}/cancel',
  summary: 'Go back to the client without a code.',
  request: { params, body: jsonBody(emptySchema) },
  responses: goesOn,
} as const;
