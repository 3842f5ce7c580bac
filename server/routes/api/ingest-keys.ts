/** `/api/ingest-keys`: keys for services that ship events. The secret is in one answer only, that of its creation. */

import { createRoute, z } from '@hono/zod-openapi';
import { idText, ingestKeyDraftSchema, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { ingestKeyCreatedSchema, ingestKeySchema, pageOf } from '../../../lib/contract/api-answers.schema.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize } from '../../identity/authorize.ts';
import type { IngestKeys } from '../../storage/ingest-keys.ts';
import {
  type ApiModule,
  actorOf,
  createApiModule,
  jsonAnswer,
  jsonBody,
  jsonOnly,
  noBody,
  notFoundAnswer,
} from './api-module.ts';

export function createIngestKeyRoutes({ ingestKeys }: { ingestKeys: IngestKeys }): ApiModule {
  const app = createApiModule();

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'ingest_key.read');
    const items = await ingestKeys.list();
    return c.json({ items, total: items.length }, 200);
  });

  app.openapi(createRouteOf, async (c) => {
    authorize(c.get('principal'), 'ingest_key.create');
    return c.json(await ingestKeys.create(c.req.valid('json'), actorOf(c)), 201);
  });

  app.openapi(revokeRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'ingest_key.revoke', { id });
    const outcome = await ingestKeys.revoke(id, actorOf(c));
    if (outcome === 'unknown') throw new AppError('not_found');
    if (outcome === 'from_environment') {
      throw new AppError('conflict', {
        public: 'This key comes from TIDEGATE_INGEST_KEY: remove it there and restart.',
      });
    }
    return c.body(null, 204);
  });
  return app;
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/ingest-keys',
  summary: 'Ingest keys, revoked ones too; never their secrets.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(pageOf(ingestKeySchema), 'All of them, newest first.'),
});

const createRouteOf = createRoute({
  method: 'post',
  path: '/api/ingest-keys',
  summary: 'Make an ingest key. This answer is the only time its secret is seen.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(ingestKeyDraftSchema) },
  responses: { 201: jsonAnswer(ingestKeyCreatedSchema, 'The key and its secret.')[200] },
});

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/ingest-keys/{id}',
  summary: 'Revoke a key: its next batch is refused. Revoking twice changes nothing.',
  middleware: [noBody] as const,
  request: { params: z.object({ id: idText }), query: noQuerySchema },
  responses: {
    204: { description: 'Revoked.' },
    409: { description: 'The key comes from the environment.' },
    ...notFoundAnswer,
  },
});
