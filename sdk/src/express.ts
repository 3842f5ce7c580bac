/**
 * `@tidegate/sdk/express`: one middleware for the whole app, before its routes and after whatever `user` relies on.
 *
 *   app.use(tidegate(client, { user: (req) => req.user?.id }));
 *
 * A sub-app (an app mounted in another) hides its routes from its parent: give it the middleware too.
 */

import type { Client } from './client.ts';
import { type ExpressApp, expressTemplate } from './express-route.ts';
import {
  answerRefusal,
  endWithResponse,
  type NodeRequest,
  type NodeResponse,
  nodeFacts,
} from './node-exchange.ts';
import { createObserver, type Observation, type ObserveOptions } from './observe.ts';
import { templateFromParams } from './route-template.ts';

export interface ExpressRequest extends NodeRequest {
  app: ExpressApp;
  originalUrl: string;
  baseUrl?: string;
  /** Set by Express once a route was chosen; `any` there. */
  route?: unknown;
  params?: object;
}

export type ExpressOptions<Request> = ObserveOptions<Request>;

/** By request: an inner app that knows the route takes over from an outer one that could not. */
const observations = new WeakMap<object, Observation>();

/** @throws TypeError for options that cannot be used. */
export function tidegate<Request extends ExpressRequest>(
  client: Client,
  options: ExpressOptions<Request> = {},
): (request: Request, response: NodeResponse, next: (error?: unknown) => void) => void {
  const observe = createObserver(client, options);
  return (request, response, next) => {
    const path = request.originalUrl.split('?', 1)[0] ?? '/';
    const template = expressTemplate(request.app, request.method ?? 'GET', path);
    const outer = observations.get(request);
    if (outer !== undefined && (outer.isRouted || template === undefined)) return next();
    outer?.abandon();
    const observation = observe(request, nodeFacts(request, path, template));
    observations.set(request, observation);
    endWithResponse(observation, request, response, () => routeTaken(request));
    if (observation.refusal) answerRefusal(response, observation.refusal);
    else next();
  };
}

/**
 * The route as Express names it afterwards, for those that could not be foreseen. Where no handler of the app answered,
 * Express has taken `baseUrl` away again.
 */
function routeTaken({ route, baseUrl, params }: ExpressRequest): string | undefined {
  if (typeof route !== 'object' || route === null || !('path' in route)) return undefined;
  if (typeof route.path !== 'string') return undefined;
  return templateFromParams(baseUrl ?? '', { ...params }) + route.path;
}
