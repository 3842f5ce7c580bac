/**
 * `@tidegate/sdk/next`: wraps a route handler of the App Router. Next does not tell a handler its own route, so the
 * template is given.
 *
 *   export const GET = withTidegate(client, '/v1/orders/{id}', async (request, { params }) => ...);
 *
 * Next hides the connection as well. Name the caller with `user`; behind your own proxies set `trustProxy` to learn
 * its address. Without a proxy in front, a caller may write that header as it likes.
 */

import type { Client } from './client.ts';
import { endWithFetchResponse, pathOf, refusalResponse } from './fetch-exchange.ts';
import { createObserver, type ObserveOptions } from './observe.ts';

export type NextOptions<Request> = ObserveOptions<Request>;

/** @throws TypeError for options that cannot be used. */
export function withTidegate<Incoming extends Request, Context>(
  client: Client,
  template: string,
  handler: (request: Incoming, context: Context) => Response | Promise<Response>,
  options: NextOptions<Incoming> = {},
): (request: Incoming, context: Context) => Promise<Response> {
  if (typeof template !== 'string' || template === '') throw new TypeError('template must be a route.');
  const observe = createObserver(client, options);
  return async (request, context) => {
    const observation = observe(request, {
      method: request.method,
      path: pathOf(request.url),
      template,
      socketAddress: undefined,
      header: (name) => request.headers.get(name) ?? undefined,
    });
    const { refusal } = observation;
    try {
      const response = refusal ? refusalResponse(refusal) : await handler(request, context);
      endWithFetchResponse(observation, response);
      return response;
    } catch (error) {
      observation.end({ status: statusOfThrown(error) });
      throw error;
    }
  };
}

/** `redirect()` and `notFound()` of Next are thrown; their digest holds the status that will be sent. */
export function statusOfThrown(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('digest' in error)) return 500;
  const status = /^NEXT_(?:REDIRECT;.*;|HTTP_ERROR_FALLBACK;)([1-5]\d\d);?$/.exec(String(error.digest))?.[1];
  return status === undefined ? 500 : Number(status);
}
