/** What everybody may know: the server's metadata (RFC 8414) and its public keys (RFC 7517). */

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from '../../http/env.ts';
import { oauthPaths, serverMetadata } from '../../oauth/metadata.ts';
import type { TokenService } from '../../oauth/token-service.ts';

/** A new key is published weeks before it signs, so a copy may be this old. */
const cacheSeconds = 300;

export function createDiscoveryRoutes(deps: { tokenService: TokenService }) {
  const { tokenService } = deps;
  const app = new OpenAPIHono<ApiEnv>();
  app.openapi(metadataRoute, (c) => {
    c.header('cache-control', `public, max-age=${cacheSeconds}`);
    // Public and the same for everyone: pages of other origins may read it.
    c.header('access-control-allow-origin', '*');
    return c.json(serverMetadata(tokenService.issuer), 200);
  });
  app.openapi(keysRoute, (c) => {
    c.header('cache-control', `public, max-age=${cacheSeconds}`);
    c.header('access-control-allow-origin', '*');
    return c.json({ keys: tokenService.publicKeys() }, 200);
  });
  return app;
}

const metadataRoute = createRoute({
  method: 'get',
  path: oauthPaths.metadata,
  summary: 'Where the endpoints are and what they support (RFC 8414).',
  responses: {
    200: {
      description: 'The metadata.',
      content: { 'application/json': { schema: z.looseObject({ issuer: z.string() }) } },
    },
  },
});

const keysRoute = createRoute({
  method: 'get',
  path: oauthPaths.keys,
  summary: 'The keys that verify access tokens (RFC 7517).',
  responses: {
    200: {
      description: 'The next, the current, and previous keys that still verify.',
      content: { 'application/json': { schema: z.object({ keys: z.array(z.looseObject({})) }) } },
    },
  },
});
