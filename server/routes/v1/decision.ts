/** `GET /v1/decision`: what an enforcement point without the SDK should do with one request. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { stringLengthsMax } from '../../../lib/contract/event.ts';
import type { Collector } from '../../collector/collector.ts';
import { redactText } from '../../collector/redaction.ts';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import { ingestKeySecurity, type KeyDoor, requireIngestKey } from './ingest-key-check.ts';
import { createV1Module } from './v1-module.ts';

/** Method, space and template. */
export const endpointQuery = z
  .string()
  .min(1)
  .max(stringLengthsMax.endpoint + 8);
export const userQuery = z.string().min(1).max(stringLengthsMax.user);

const route = createRoute({
  method: 'get',
  path: '/v1/decision',
  summary: 'Decide about one request',
  security: ingestKeySecurity,
  request: {
    query: z.object({
      user: userQuery,
      endpoint: endpointQuery,
      ip: z.string().max(stringLengthsMax.ip).optional(),
      tokenId: z.string().max(stringLengthsMax.tokenId).optional(),
    }),
  },
  responses: {
    200: {
      description: 'The decision',
      content: {
        'application/json': {
          schema: z.object({
            conclusion: z.enum(['allow', 'throttle', 'step_up', 'deny']),
            reason: z.string(),
            limitPerMinute: z.number().optional(),
            remaining: z.number().optional(),
            retryAfterMs: z.number().optional(),
            expiresAt: z.number().optional(),
            alertId: z.string().optional(),
            throttleId: z.string().optional(),
            shadow: z.enum(['throttle', 'step_up', 'deny']).optional(),
          }),
        },
      },
    },
  },
});

/**
 * Whoever asks here counts as one enforcement point: a request that passes a throttle is taken from this server's own
 * bucket of it, never from the share of a connected SDK.
 */
export function createDecisionRoute(
  deps: KeyDoor & {
    collector: Pick<Collector, 'decide' | 'health'>;
  },
): OpenAPIHono<ApiEnv> {
  const app = createV1Module();
  // Before the parameters are looked at: a stranger learns nothing, not even what is missing.
  app.use('/v1/decision', async (c, next) => {
    requireIngestKey(c, deps, 'decision.read');
    await next();
  });
  app.openapi(route, (c) => {
    // An empty table of throttles while the log is still being read would allow what is forbidden.
    if (!deps.collector.health().ready)
      throw new AppError('unavailable', { headers: { 'retry-after': '1' } });
    const { user, endpoint, ip, tokenId } = c.req.valid('query');
    // Stored events carry digests where a sender put secrets, so the question must be asked in the same words.
    const request = {
      user: redactText(user),
      endpoint: redactText(endpoint),
      ip,
      tokenId: tokenId === undefined ? undefined : redactText(tokenId),
    };
    c.header('cache-control', 'no-store');
    return c.json(deps.collector.decide(request), 200);
  });
  return app;
}
