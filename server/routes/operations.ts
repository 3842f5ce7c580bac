/**
 * `/healthz`, `/readyz` and `/metrics`, for the machinery around the server; and where browsers tell what the console's
 * content security policy kept out.
 *
 * The first two say nothing that a stranger could use. `/metrics` tells traffic figures, so it answers callers on the
 * machine itself (by the socket's own address and the name that it is called by, and only where no proxy has forwarded
 * the call) and holders of an ingest key. Reports are counted, and nothing of them is kept: anybody can send one.
 */

import { isIPv4 } from 'node:net';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Collector } from '../collector/collector.ts';
import { limitBody } from '../http/body-limit.ts';
import type { ApiEnv } from '../http/env.ts';
import { cspReportPath } from '../http/security-headers.ts';
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
  app.openapi(healthRoute, (c) => c.json({ status: 'ok' }, 200, { 'cache-control': 'no-store' }));
  app.openapi(readyRoute, (c) => {
    const health = deps.collector.health();
    const degraded = [...health.degraded, ...deps.degraded()];
    const status = !health.ready ? 'starting' : degraded.length > 0 ? 'degraded' : 'ready';
    return c.json({ status, degraded }, health.ready ? 200 : 503, { 'cache-control': 'no-store' });
  });
  app.openapi(metricsRoute, async (c) => {
    if (!isLocalCaller(c)) requireIngestKey(c, deps, 'metrics.read');
    return c.body(await deps.metrics.registry.metrics(), 200, {
      'content-type': deps.metrics.registry.contentType,
      'cache-control': 'no-store',
    });
  });
  app.openapi(cspReportRoute, async (c) => {
    const directive = directiveOf(await c.req.text());
    deps.metrics.cspViolations.inc({ directive });
    return c.body(null, 204);
  });
  return app;
}

const statusAnswer = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.object({ status: z.string() }).loose() } },
});

const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process lives.',
  responses: { 200: statusAnswer('It does.') },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether it works, and what works less well than it should.',
  responses: { 200: statusAnswer('Ready, or degraded.'), 503: statusAnswer('Starting.') },
});

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Figures for Prometheus: to callers on the machine itself, and to holders of an ingest key.',
  responses: { 200: { description: 'Text of Prometheus.' }, 401: { description: 'A key is needed.' } },
});

const cspReportRoute = createRoute({
  method: 'post',
  path: cspReportPath,
  summary: 'What the content security policy kept out of a page, told by the browser.',
  middleware: limitBody(16 * 1024),
  responses: { 204: { description: 'Counted.' } },
});

/** Labels of the count: a closed list, since anybody may send a report. */
const directives = ['script-src', 'style-src', 'img-src', 'connect-src', 'frame-ancestors', 'base-uri'];

const cspReport = z.object({ 'csp-report': z.object({ 'effective-directive': z.string() }) });

function directiveOf(text: string): string {
  try {
    const { 'csp-report': told } = cspReport.parse(JSON.parse(text));
    return directives.find((name) => told['effective-directive'].startsWith(name)) ?? 'other';
  } catch {
    return 'other';
  }
}

/** A name that points here but is not ours is a page of somebody else that had its name rebound to this machine. */
const localNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

function isLocalCaller(c: Context<ApiEnv>): boolean {
  const address = c.env?.incoming?.socket.remoteAddress?.replace(/^::ffff:/, '');
  if (address === undefined || c.req.header('x-forwarded-for') !== undefined) return false;
  if (c.req.header('forwarded') !== undefined) return false;
  if (!localNames.test(c.req.header('host') ?? '')) return false;
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}
