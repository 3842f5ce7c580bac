/** `GET /v1/stream`: throttles pushed to an enforcement point as server-sent events. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from '../../http/env.ts';
import type { EnforcementStream } from '../../stream/enforcement-stream.ts';
import { ingestKeySecurity, type KeyDoor, requireIngestKey } from './ingest-key-check.ts';
import { createV1Module } from './v1-module.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/stream',
  summary: 'Follow the throttles in force, and the tokens that were revoked',
  security: ingestKeySecurity,
  request: {
    query: z.object({
      instance: z
        .string()
        .regex(/^[\w.:-]{1,128}$/)
        .optional(),
      watch: z.enum(['revocations']).optional(),
    }),
    headers: z.object({ 'last-event-id': z.string().max(64).optional() }),
  },
  responses: {
    200: {
      description: 'A snapshot, then deltas; see the contract of the stream',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
});

export interface StreamRouteDeps extends KeyDoor {
  stream: EnforcementStream;
}

export function createStreamRoute(deps: StreamRouteDeps): OpenAPIHono<ApiEnv> {
  const app = createV1Module();
  // A revoked key loses its open streams at once, not at its next request.
  deps.ingestKeys.onRevoked((keyId) => deps.stream.cutKey(keyId));
  app.use('/v1/stream', async (c, next) => {
    requireIngestKey(c, deps, 'stream.read');
    await next();
  });
  app.openapi(route, (c) => {
    const { keyId } = requireIngestKey(c, deps, 'stream.read');
    const body = deps.stream.connect({
      keyId,
      instanceId: c.req.valid('query').instance,
      lastEventId: c.req.valid('header')['last-event-id'],
      watchesTokens: c.req.valid('query').watch === 'revocations',
    });
    return c.body(body, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that gather answers would hold the pushes back.
      'x-accel-buffering': 'no',
    });
  });
  return app;
}
