/** `@tidegate/sdk`: ships request events to Tidegate and applies its decisions locally. */

import { type Client, createClientIn } from './client.ts';
import type { ClientOptions } from './options.ts';

export type {
  Conclusion,
  Decision,
  DecisionReason,
  Mode,
  Scope,
  Throttle,
} from '../../lib/contract/decision.ts';
export { endpointName, type HttpMethod, type RequestContext } from '../../lib/contract/event.ts';
export type { Client, ClientStats } from './client.ts';
export type { Diagnostic, DropCode, WarningCode } from './drop-ledger.ts';
export type { CapturedEvent } from './event-line.ts';
export type { ClientOptions, FailMode } from './options.ts';

/**
 * One per process. It opens the stream of throttles at once; call `close()` when the service shuts down.
 * @throws TypeError for options that cannot be used; nothing of the client throws after that.
 */
export function createClient(options: ClientOptions): Client {
  return createClientIn(options, {
    clock: { now: () => Date.now() },
    monotonic: { now: () => performance.now() },
    random: Math.random,
    fetch: (...request) => fetch(...request),
  });
}
