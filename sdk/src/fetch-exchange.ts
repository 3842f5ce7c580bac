/** A request and its response as the Fetch standard has them: what Next route handlers and Hono stand on. */

import type { Observation } from './observe.ts';
import type { Refusal } from './refusal.ts';

export function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '/';
}

/** Ends the observation with what is known once the response exists; its body may still be on its way. */
export function endWithFetchResponse(observation: Observation, { status, headers }: Response): void {
  const length = headers.get('content-length');
  observation.end({ status, bytes: length === null ? undefined : Number(length) });
}

export function refusalResponse({ status, headers, body }: Refusal): Response {
  const length = String(Buffer.byteLength(body));
  return new Response(body, { status, headers: { ...headers, 'content-length': length } });
}
