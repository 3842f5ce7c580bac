/** `/api/clients`: who may get tokens. A secret is in one answer only, that of its making. */

import { createRoute, z } from '@hono/zod-openapi';
import { idText, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import {
  clientCreatedSchema,
  clientDraftSchema,
  oauthClientSchema,
} from '../../../lib/contract/oauth.schema.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Clients } from '../../oauth/clients.ts';
import {
  type ApiModule,
  createApiModule,
  jsonAnswer,
  jsonBody,
  jsonOnly,
  noBody,
  notFoundAnswer,
  oauthActorOf,
} from './api-module.ts';

export function createClientRoutes({ clients }: { clients: Clients }): ApiModule {
  const app = createApiModule();

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'client.read');
    const items = await clients.list();
    return c.json({ items, total: items.length }, 200);
  });

  app.openapi(createRouteOf, async (c) => {
    authorize(c.get('principal'), 'client.create');
    return c.json(await clients.create(c.req.valid('json'), oauthActorOf(c)), 201);
  });

  app.openapi(updateRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'client.update', { id });
    return c.json(await clients.update(id, c.req.valid('json'), oauthActorOf(c)), 200);
  });

  app.openapi(secretRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'client.create_secret', { id });
    return c.json(await clients.addSecret(id, oauthActorOf(c)), 201);
  });

  app.openapi(revokeSecretRoute, async (c) => {
    const { id, secretId } = c.req.valid('param');
    authorize(c.get('principal'), 'client.revoke_secret', { id });
    await clients.revokeSecret(id, secretId, oauthActorOf(c));
    return c.body(null, 204);
  });

  app.openapi(revokeRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'client.revoke', { id });
    await clients.revoke(id, oauthActorOf(c));
    return c.body(null, 204);
  });
  return app;
}

const one = z.object({ id: idText });
const created = (description: string) => ({ 201: jsonAnswer(clientCreatedSchema, description)[200] });

const listRoute = createRoute({
  method: 'get',
  path: '/api/clients',
  summary: 'OAuth clients, revoked ones too; never their secrets.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(pageOf(oauthClientSchema), 'All of them, newest first.'),
});

const createRouteOf = createRoute({
  method: 'post',
  path: '/api/clients',
  summary: 'Make a client. This answer is the only time its secret is seen.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(clientDraftSchema) },
  responses: created('The client and, unless it is public, its secret.'),
});

const updateRoute = createRoute({
  method: 'put',
  path: '/api/clients/{id}',
  summary: 'Change all of a client but its kind. What it loses, its sessions lose with their next refresh.',
  middleware: jsonOnly,
  request: { params: one, query: noQuerySchema, body: jsonBody(clientDraftSchema) },
  responses: { ...jsonAnswer(oauthClientSchema, 'The client as it is now.'), ...notFoundAnswer },
});

const secretRoute = createRoute({
  method: 'post',
  path: '/api/clients/{id}/secrets',
  summary: 'Make a second secret to move to. This answer is the only time it is seen.',
  middleware: [noBody] as const,
  request: { params: one, query: noQuerySchema },
  responses: {
    ...created('The client and the new secret.'),
    409: { description: 'Two are in use.' },
    ...notFoundAnswer,
  },
});

const revokeSecretRoute = createRoute({
  method: 'delete',
  path: '/api/clients/{id}/secrets/{secretId}',
  summary: 'Revoke one secret: no token is given for it any more.',
  middleware: [noBody] as const,
  request: { params: one.extend({ secretId: idText }), query: noQuerySchema },
  responses: { 204: { description: 'Revoked.' }, ...notFoundAnswer },
});

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/clients/{id}',
  summary: 'Revoke a client with every token that it got, those of people included.',
  middleware: [noBody] as const,
  request: { params: one, query: noQuerySchema },
  responses: { 204: { description: 'Revoked.' }, ...notFoundAnswer },
});
