/**
 * The API as one Hono app: what every request gets first, which doors are closed by default, and which modules answer.
 * Everything under /api/ needs an operator unless it is on the short list below; a new route is closed by birth.
 */

import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { Log } from '../observe/log.ts';
import { AppError } from './app-error.ts';
import type { ClientAddress } from './client-address.ts';
import type { ApiEnv } from './env.ts';
import { onError, onNotFound } from './problem.ts';

/** Sign-in cannot need a sign-in. Each of these checks a one-time token, a passkey or the refresh cookie itself. */
export const publicApiPaths: ReadonlySet<string> = new Set([
  '/api/setup/begin',
  '/api/setup/finish',
  '/api/sign-in/begin',
  '/api/sign-in/finish',
  '/api/session',
  '/api/session/refresh',
]);

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
    await next();
    c.header('x-request-id', c.get('requestId'));
    // Nothing the API answers may lie in a cache; a route that knows better says so itself.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });

  app.use('/api/*', async (c, next) => {
    if (publicApiPaths.has(c.req.path)) return next();
    return deps.requireOperator(c, next);
  });

  for (const module of deps.modules) app.route('/', module);

  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Tidegate',
      version: '0.1.0',
      description: 'Adaptive API protection: ingest, decisions and administration.',
    },
  });
  refuseOtherMethods(app);
  return app;
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
