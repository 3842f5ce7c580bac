/** What every handler of the API finds on its Hono context. Set by the middleware in app.ts, before any route runs. */

import type { HttpBindings } from '@hono/node-server';
import type { Principal } from '../identity/principal.ts';

export interface ApiEnv {
  /** Absent where a test calls the app without a socket. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** Goes into every problem and log line. */
    requestId: string;
    /** The caller's address: the socket's, or what a trusted proxy says. Never from an untrusted header. */
    clientAddress: string;
    /** The signed-in operator; set by the identity middleware on protected routes only. */
    principal: Principal;
  };
}
