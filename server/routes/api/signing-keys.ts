/** `/api/signing-keys`: the keys behind access tokens. They rotate by themselves; this is for those who cannot wait. */

import { createRoute, z } from '@hono/zod-openapi';
import { noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { signingKeySchema } from '../../../lib/contract/oauth.schema.ts';
import { authorize } from '../../identity/authorize.ts';
import type { KeyRotation } from '../../oauth/key-rotation.ts';
import { type ApiModule, createApiModule, jsonAnswer, noBody, oauthActorOf } from './api-module.ts';

export function createSigningKeyRoutes({ keyRotation }: { keyRotation: KeyRotation }): ApiModule {
  const app = createApiModule();

  app.openapi(listRoute, (c) => {
    authorize(c.get('principal'), 'signing_key.read');
    return c.json({ items: keyRotation.list() }, 200);
  });

  app.openapi(rotateRoute, async (c) => {
    authorize(c.get('principal'), 'signing_key.rotate');
    await keyRotation.rotate(oauthActorOf(c));
    return c.json({ items: keyRotation.list() }, 200);
  });

  app.openapi(replaceRoute, async (c) => {
    authorize(c.get('principal'), 'signing_key.revoke');
    await keyRotation.replaceAll(oauthActorOf(c));
    return c.json({ items: keyRotation.list() }, 200);
  });
  return app;
}

const responses = jsonAnswer(z.object({ items: z.array(signingKeySchema) }), 'The keys as they are now.');
const request = { query: noQuerySchema };

const listRoute = createRoute({
  method: 'get',
  path: '/api/signing-keys',
  summary: 'Signing keys: the next, the current, and previous ones that still verify.',
  request,
  responses,
});

const rotateRoute = createRoute({
  method: 'post',
  path: '/api/signing-keys/rotate',
  summary: 'Sign with the next key from now on; nobody notices.',
  middleware: [noBody] as const,
  request,
  responses,
});

const replaceRoute = createRoute({
  method: 'post',
  path: '/api/signing-keys/replace',
  summary: 'Drop all keys, for one that leaked: every access token ends at once; sessions get new ones.',
  middleware: [noBody] as const,
  request,
  responses,
});
