/** The endpoints that clients call with their credentials: tokens, giving them up, asking about them. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiEnv } from '../../http/env.ts';
import { type Parameters, readForm, required } from '../../oauth/form.ts';
import { oauthPaths } from '../../oauth/metadata.ts';
import { OAuthError } from '../../oauth/oauth-error.ts';
import { answerTokenRequest } from '../../oauth/token-grants.ts';
import type { TokenService } from '../../oauth/token-service.ts';
import { giveUpToken, introspect } from '../../oauth/token-state.ts';
import { callerOf } from '../auth/browser.ts';
import { allowAppOrigins } from './cross-origin.ts';
import { admitToken, createOAuthModule, limitForm, type OAuthModuleDeps } from './oauth-module.ts';

export interface TokenRouteDeps extends OAuthModuleDeps {
  tokenService: TokenService;
}

export function createTokenRoutes(deps: TokenRouteDeps) {
  const { tokenService } = deps;
  const app = createOAuthModule(deps);
  for (const path of [oauthPaths.token, oauthPaths.revoke]) {
    app.use(path, allowAppOrigins(tokenService));
    app.options(path, (c) => c.body(null, 204));
  }

  app.openapi(tokenRoute, async (c) => {
    const { form, client } = await readRequest(c, deps);
    const address = c.get('clientAddress');
    const jkt = await tokenService.proveKey(
      { path: oauthPaths.token, dpop: c.req.header('dpop'), address },
      client,
    );
    const caller = callerOf(c.req, address);
    const answer = await answerTokenRequest(tokenService.grants, { client, form, jkt, caller });
    c.header('dpop-nonce', tokenService.currentNonce());
    return c.json(answer, 200);
  });

  app.openapi(revokeRoute, async (c) => {
    const { form, client } = await readRequest(c, deps);
    const caller = callerOf(c.req, c.get('clientAddress'));
    await giveUpToken(tokenService.tokenState, client, required(form, 'token'), caller);
    return c.body(null, 200);
  });

  app.openapi(introspectRoute, async (c) => {
    const { form, client } = await readRequest(c, deps);
    // Whoever has no secret could otherwise try tokens that it has found.
    if (client.kind === 'public') throw new OAuthError('invalid_client', 'This client may not ask.');
    return c.json(await introspect(tokenService.tokenState, client, required(form, 'token')), 200);
  });
  return app;
}

async function readRequest(c: Context<ApiEnv>, deps: TokenRouteDeps) {
  admitToken(c, deps);
  const form: Parameters = readForm(c.req.header('content-type'), await c.req.text());
  const client = await deps.tokenService.authenticateClient(c.req.header('authorization'), form);
  return { form, client };
}

const refused = {
  400: { description: 'Refused (RFC 6749 5.2); `use_dpop_nonce`: repeat with the nonce of the answer.' },
  401: { description: 'The client is not who it says.' },
} as const;

const tokenRoute = createRoute({
  method: 'post',
  path: oauthPaths.token,
  summary: 'A token for client credentials, an authorization code or a refresh token (RFC 6749, form body).',
  middleware: [limitForm] as const,
  responses: {
    200: {
      description: 'The token.',
      content: {
        'application/json': {
          schema: z.object({
            access_token: z.string(),
            token_type: z.enum(['DPoP', 'Bearer']),
            expires_in: z.int(),
            scope: z.string().optional(),
            refresh_token: z.string().optional(),
          }),
        },
      },
    },
    ...refused,
  },
});

const revokeRoute = createRoute({
  method: 'post',
  path: oauthPaths.revoke,
  summary: 'Give a token up (RFC 7009, form body); a refresh token takes its whole family along.',
  middleware: [limitForm] as const,
  responses: { 200: { description: 'Given up, or never ours.' }, ...refused },
});

const introspectRoute = createRoute({
  method: 'post',
  path: oauthPaths.introspect,
  summary: 'Ask about a token (RFC 7662, form body).',
  middleware: [limitForm] as const,
  responses: {
    200: {
      description: 'What is known of it; only `active: false` for what the client may not ask about.',
      content: { 'application/json': { schema: z.looseObject({ active: z.boolean() }) } },
    },
    ...refused,
  },
});
