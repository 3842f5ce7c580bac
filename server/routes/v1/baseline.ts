/** `GET /v1/baseline`: what is normal for one user on one endpoint, and how much of it was seen. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Collector } from '../../collector/collector.ts';
import { redactText } from '../../collector/redaction.ts';
import type { ApiEnv } from '../../http/env.ts';
import { endpointQuery, userQuery } from './decision.ts';
import { ingestKeySecurity, type KeyDoor, requireIngestKey } from './ingest-key-check.ts';
import { createV1Module } from './v1-module.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/baseline',
  summary: 'The baseline of one user on one endpoint',
  security: ingestKeySecurity,
  request: { query: z.object({ user: userQuery, endpoint: endpointQuery }) },
  responses: {
    200: {
      description: 'The baseline; of the cohort where the pair is unknown',
      content: {
        'application/json': {
          schema: z.object({
            user: z.string(),
            endpoint: z.string(),
            requestsTotal: z.number(),
            ratePerMinute: z.number(),
            expectedPerMinute: z.number(),
            upperPerMinute: z.number(),
            limitPerMinute: z.number(),
            sampleCount: z.number(),
            confidence: z.number(),
          }),
        },
      },
    },
  },
});

/** Every event acknowledged before the question is counted in the answer. */
export function createBaselineRoute(
  deps: KeyDoor & {
    collector: Pick<Collector, 'baseline'>;
  },
): OpenAPIHono<ApiEnv> {
  const app = createV1Module();
  app.use('/v1/baseline', async (c, next) => {
    requireIngestKey(c, deps, 'baseline.read');
    await next();
  });
  app.openapi(route, async (c) => {
    const { user, endpoint } = c.req.valid('query');
    c.header('cache-control', 'no-store');
    return c.json(await deps.collector.baseline(redactText(user), redactText(endpoint)), 200);
  });
  return app;
}
