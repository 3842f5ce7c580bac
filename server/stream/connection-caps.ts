/**
 * Who may open a connection at all: the console's own pages, and not too many of them. Browsers send `Origin` with
 * every WebSocket, so that a page elsewhere cannot use a signed-in operator's browser (cross-site hijacking).
 */

import type { IncomingMessage } from 'node:http';

/** Connections at once; each is a reader of small frames, about 50 kB with its buffers. */
export const connectionsMax = 1_000;
/** Of one address: a team behind one proxy with several tabs each. */
export const connectionsPerAddressMax = 100;

const refusals = ['origin_refused', 'rate_limited'] as const;
type Refusal = (typeof refusals)[number];
type Answer = (problem: Refusal | null | undefined, admitted: boolean) => void;

export function isRefusal(text: unknown): text is Refusal {
  return refusals.some((refusal) => refusal === text);
}

export function admitConnections(deps: {
  origin: string;
  addressOf: (request: IncomingMessage) => string;
  connections: () => number;
}): (request: IncomingMessage, answer: Answer) => void {
  const byAddress = new Map<string, number>();
  return (request, answer) => {
    if (request.headers.origin !== deps.origin) return answer('origin_refused', false);
    const address = deps.addressOf(request);
    const ofAddress = byAddress.get(address) ?? 0;
    if (deps.connections() >= connectionsMax || ofAddress >= connectionsPerAddressMax) {
      return answer('rate_limited', false);
    }
    byAddress.set(address, ofAddress + 1);
    request.socket.once('close', () => {
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left === 0) byAddress.delete(address);
      else byAddress.set(address, left);
    });
    answer(null, true);
  };
}
