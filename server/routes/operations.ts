/**
 * `/healthz`, `/readyz` and `/metrics`, for the machinery around the server.
 *
 * The first two say nothing that a stranger could use. `/metrics` tells traffic figures, so it answers callers on the
 * machine itself (by the socket's own address, and only where no proxy has forwarded the call) and holders of an
 * ingest key.
 */

import { isIPv4 } from 'node:net';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Collector } from '../collector/collector.ts';
import type { ApiEnv } from '../http/env.ts';
import type { Metrics } from '../observe/metrics.ts';
import { type KeyDoor, requireIngestKey } from './v1/ingest-key-check.ts';

export interface OperationsDeps extends KeyDoor {
  collector: Pick<Collector, 'health'>;
  metrics: Metrics;
  /** Other parts that work less well than they should, in plain words: the database, the stores. */
  degraded: () => string[];
}

export function createOperationsRoutes(deps: OperationsDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.get('/healthz', (c) => c.json({ status: 'ok' }, 200, { 'cache-control': 'no-store' }));
  app.get('/readyz', (c) => {
    const health = deps.collector.health();
    const degraded = [...health.degraded, ...deps.degraded()];
    const status = !health.ready ? 'starting' : degraded.length > 0 ? 'degraded' : 'ready';
    return c.json({ status, degraded }, health.ready ? 200 : 503, { 'cache-control': 'no-store' });
  });
  app.get('/metrics', async (c) => {
    if (!isLocalCaller(c)) requireIngestKey(c, deps, 'metrics.read');
    return c.body(await deps.metrics.registry.metrics(), 200, {
      'content-type': deps.metrics.registry.contentType,
      'cache-control': 'no-store',
    });
  });
  return app;
}

function isLocalCaller(c: Context<ApiEnv>): boolean {
  const address = c.env?.incoming?.socket.remoteAddress?.replace(/^::ffff:/, '');
  if (address === undefined || c.req.header('x-forwarded-for') !== undefined) return false;
  if (c.req.header('forwarded') !== undefined) return false;
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}
