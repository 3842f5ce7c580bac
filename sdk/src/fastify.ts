/**
 * `@tidegate/sdk/fastify`: a plugin for the whole app.
 *
 *   await app.register(tidegate(client, { user: (request) => request.headers['x-user'] }));
 *
 * It decides in `onRequest`, in the order of registration: register what `user` relies on before it.
 */

import type { Client } from './client.ts';
import { endWithResponse, type NodeRequest, type NodeResponse, nodeFacts } from './node-exchange.ts';
import { createObserver, type ObserveOptions } from './observe.ts';

export interface FastifyRequest {
  raw: NodeRequest;
  originalUrl: string;
  is404: boolean;
  routeOptions: { url?: string | undefined };
}

export interface FastifyReply {
  raw: NodeResponse;
  code(status: number): FastifyReply;
  headers(headers: Record<string, string>): FastifyReply;
  send(body: Uint8Array): unknown;
}

export interface FastifyInstance<Request, Reply> {
  addHook(
    name: 'onRequest',
    hook: (request: Request, reply: Reply, done: (error?: Error) => void) => void,
  ): unknown;
}

export type FastifyOptions<Request> = ObserveOptions<Request>;

/** @throws TypeError for options that cannot be used. */
export function tidegate<Request extends FastifyRequest, Reply extends FastifyReply>(
  client: Client,
  options: FastifyOptions<Request> = {},
): (instance: FastifyInstance<Request, Reply>, pluginOptions: unknown, done: () => void) => void {
  const observe = createObserver(client, options);
  const plugin = (
    instance: FastifyInstance<Request, Reply>,
    _pluginOptions: unknown,
    done: () => void,
  ): void => {
    instance.addHook('onRequest', (request, reply, next) => {
      const template = request.is404 ? undefined : request.routeOptions.url;
      const observation = observe(request, nodeFacts(request.raw, request.originalUrl, template));
      endWithResponse(observation, request.raw, reply.raw, () => undefined);
      const { refusal } = observation;
      if (!refusal) next();
      // As bytes, since Fastify would add a charset to the type of a text.
      else reply.code(refusal.status).headers(refusal.headers).send(Buffer.from(refusal.body));
    });
    done();
  };
  // What fastify-plugin sets: the hook is for the whole app, not only for routes registered inside the plugin.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}
