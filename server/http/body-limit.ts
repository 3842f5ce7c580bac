/** Refuses a body that is larger than its limit, whether its length is declared or not. */

import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from './app-error.ts';

function refuseAsProblem(): never {
  throw new AppError('body_too_large');
}

/** @param refuse throws what the caller is to be told, where that is no problem of ours */
export function limitBody(bytesMax: number, refuse: () => never = refuseAsProblem): MiddlewareHandler {
  const limit = bodyLimit({ maxSize: bytesMax, onError: refuse });
  return (c, next) => {
    const { headers } = c.req.raw;
    // Told before the body is opened: one that is not wanted can then run off, and the connection stays of use.
    if (Number(headers.get('content-length') ?? 0) > bytesMax) refuse();
    const { body } = c.req.raw;
    // Hono copies a body of unknown length into a new request, which the Node adapter's own cannot be made into.
    if (body && headers.has('transfer-encoding')) {
      const copied = { method: c.req.method, headers, body, duplex: 'half' };
      c.req.raw = new Request(c.req.url, copied);
    }
    return limit(c, next);
  };
}
