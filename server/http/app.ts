/**
 * The API as one Hono app: what every request gets first, which doors are closed by default, and which modules answer.
 * Everything under /api/ needs an operator unless the table of routes opens it with a reason, and must have asked
 * authorize.ts before it answers; a route without a line in that table does not start.
 */

import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { authorize } from '../identity/authorize.ts';
import type { Log } from '../observe/log.ts';
import type { Action } from '../policies/actions.table.ts';
import { openApiPaths, routeName, routes } from '../policies/routes.table.ts';
import { AppError } from './app-error.ts';
import type { ClientAddress } from './client-address.ts';
import type { ApiEnv } from './env.ts';
import { matchedPath } from './matched-path.ts';
import { onError, onNotFound } from './problem.ts';

export interface ApiDeps {
  log: Log;
  clientAddress: ClientAddress;
  /** Authenticates and sets `principal`, or throws. */
  requireOperator: MiddlewareHandler<ApiEnv>;
  /** Modules with absolute paths. */
  modules: OpenAPIHono<ApiEnv>[];
}

export function createApi(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.onError(onError(deps.log));
  app.notFound(onNotFound);

  app.use('*', async (c, next) => {
    c.set('requestId', randomUUID());
    const socketAddress = c.env?.incoming?.socket.remoteAddress;
    c.set('clientAddress', deps.clientAddress(socketAddress, c.req.header('x-forwarded-for')));
    // No name holds one, and no database takes one: whatever asks for it asks in vain.
    if (c.req.url.includes('%00')) throw new AppError('invalid_request');
    await next();
    c.header('x-request-id', c.get('requestId'));
    // Nothing the API answers may lie in a cache; a route that knows better says so itself.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });

  app.use('/api/*', async (c, next) => {
    if (openApiPaths.has(c.req.path)) return next();
    return deps.requireOperator(c, async () => {
      await next();
      refuseUnasked(c);
    });
  });

  for (const module of deps.modules) app.route('/', module);

  app.use('/openapi.json', writtenOnce());
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Tidegate',
      version: '0.1.0',
      description: 'Adaptive API protection: ingest, decisions and administration.',
    },
  });
  refuseUnruled(app);
  refuseOtherMethods(app);
  return app;
}

/** The description costs 20 ms and never changes, and anybody may ask for it as often as he likes. */
function writtenOnce(): MiddlewareHandler<ApiEnv> {
  // As bytes, which many answers that wait share; a text would be copied for each.
  let written: Uint8Array<ArrayBuffer> | undefined;
  return async (c, next) => {
    if (c.req.method !== 'GET') return next();
    if (written !== undefined) return c.body(written, 200, { 'content-type': 'application/json' });
    await next();
    written = new Uint8Array(await c.res.clone().arrayBuffer());
  };
}

/** @throws Error where a route has no line in the table: seen at the start, and by every test that makes an app. */
function refuseUnruled(app: OpenAPIHono<ApiEnv>): void {
  for (const { path, method } of app.routes) {
    if (method === 'ALL' || path.includes('*')) continue;
    const name = routeName(method, path);
    if (!Object.hasOwn(routes, name))
      throw new Error(`${name} has no line in server/policies/routes.table.ts`);
  }
}

/** A handler asks first, but what stands before it may already have found fault with the body. */
const faults: ReadonlySet<number> = new Set([400, 413, 415]);

/**
 * What answered without having asked what the caller may do is a defect, and its answer stays here. A fault of the
 * request is told only to those who might have made it without: the others learn that they may not.
 */
function refuseUnasked(c: Context<ApiEnv>): void {
  const principal = c.get('principal');
  if (principal.authority.wasAsked(principal)) return;
  if (c.res.status >= 400) {
    const actions = faults.has(c.res.status) ? actionsOf(c) : [];
    const [first] = actions;
    const mayNone = actions.every(
      (action) => principal.authority.judge(principal, action, {}).outcome === 'deny',
    );
    if (first !== undefined && mayNone) authorize(principal, first);
    return;
  }
  throw new AppError('internal', { internal: `${c.req.method} ${c.req.path} answered without authorize` });
}

/** What the route that was called asks for. */
function actionsOf(c: Context<ApiEnv>): readonly Action[] {
  const path = matchedPath(c);
  const rule = path === undefined ? undefined : routes[routeName(c.req.method, path)];
  return rule !== undefined && 'asks' in rule ? rule.asks : [];
}

/** A path that exists answers 405 to a method it does not have, so that a typo is not mistaken for a missing page. */
function refuseOtherMethods(app: OpenAPIHono<ApiEnv>): void {
  const methodsByPath = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === 'ALL' || path.includes('*')) continue;
    methodsByPath.set(path, (methodsByPath.get(path) ?? new Set()).add(method));
  }
  for (const [path, methods] of methodsByPath) {
    if (methods.has('GET')) methods.add('HEAD');
    const allow = [...methods].sort().join(', ');
    app.all(path, () => {
      throw new AppError('method_not_allowed', { headers: { allow } });
    });
  }
}
