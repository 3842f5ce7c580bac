/**
 * `@tidegate/sdk/hono`: one middleware for the whole app.
 *
 *   app.use(tidegate(client, { user: (c) => c.req.header('x-user') }));
 *
 * On Node the response is watched to its very end; elsewhere (and in `app.request`) it counts as ended when the
 * handler has returned it, and the caller's address must come from `ip` or `trustProxy`.
 */

import type { Client } from './client.ts';
import { endWithFetchResponse, pathOf, refusalResponse } from './fetch-exchange.ts';
import { endWithResponse, type NodeRequest, type NodeResponse } from './node-exchange.ts';
import { createObserver, type ObserveOptions } from './observe.ts';

export interface HonoRoute {
  path: string;
  method: string;
}

export interface HonoContext {
  req: { method: string; url: string; matchedRoutes?: HonoRoute[]; header(name: string): string | undefined };
  res: Response;
  env: unknown;
}

export type HonoOptions<Context> = ObserveOptions<Context>;

/** @throws TypeError for options that cannot be used. */
export function tidegate<Context extends HonoContext>(
  client: Client,
  options: HonoOptions<Context> = {},
): (context: Context, next: () => Promise<void>) => Promise<Response | undefined> {
  const observe = createObserver(client, options);
  return async (context, next) => {
    const { req } = context;
    const node = nodeBindings(context.env);
    const observation = observe(context, {
      method: req.method,
      path: pathOf(req.url),
      template: honoTemplate(req.method, req.matchedRoutes ?? []),
      socketAddress: node?.incoming.socket.remoteAddress,
      header: (name) => req.header(name),
    });
    const { refusal } = observation;
    if (node) endWithResponse(observation, node.incoming, node.outgoing, () => undefined);
    if (refusal) {
      const response = refusalResponse(refusal);
      if (!node) endWithFetchResponse(observation, response);
      return response;
    }
    try {
      await next();
    } catch (error) {
      if (!node) observation.end({ status: 500 });
      throw error;
    }
    if (!node) endWithFetchResponse(observation, context.res);
    return undefined;
  };
}

/** Hono lists middleware and handlers alike; a handler names its method and a path, middleware mostly `*`. */
function honoTemplate(method: string, routes: readonly HonoRoute[]): string | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const isHandler = (route: HonoRoute) => route.method === wanted || route.method === 'ALL';
  const candidates = routes.filter((route) => isHandler(route) && !/^\/?\*$/.test(route.path));
  const exact = candidates.filter((route) => !route.path.endsWith('*'));
  const own = (route: HonoRoute) => route.method === wanted;
  return (exact.find(own) ?? exact[0] ?? candidates.find(own))?.path;
}

function nodeBindings(env: unknown): { incoming: NodeRequest; outgoing: NodeResponse } | undefined {
  if (typeof env !== 'object' || env === null || !('incoming' in env) || !('outgoing' in env))
    return undefined;
  const { incoming, outgoing } = env;
  return isNodeRequest(incoming) && isNodeResponse(outgoing) ? { incoming, outgoing } : undefined;
}

const isNodeRequest = (value: unknown): value is NodeRequest =>
  typeof value === 'object' && value !== null && 'socket' in value && 'headers' in value;
const isNodeResponse = (value: unknown): value is NodeResponse =>
  typeof value === 'object' && value !== null && 'once' in value && 'statusCode' in value;
