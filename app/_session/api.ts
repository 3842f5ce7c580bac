/** Calls of the admin API: signed, with one silent refresh on 401, and problems as exceptions with a code. */

import { ApiProblem } from './problem.ts';
import { access, refresh } from './session.ts';
import { type SignedCall, signedFetch } from './signed-fetch.ts';

export type ApiCall = Pick<SignedCall, 'path' | 'body' | 'signal'> & { method?: SignedCall['method'] };

/** Codes that a fresh access token may cure. */
const curable = new Set<string>(['token_expired', 'unauthenticated', 'token_revoked', 'invalid_dpop_proof']);

export async function api<T>(call: ApiCall): Promise<T> {
  const used = await access();
  try {
    return await contractJson<T>(await signedFetch(signed(call, used)));
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401 || !curable.has(error.code)) throw error;
    await refresh(used.token);
    return contractJson<T>(await signedFetch(signed(call, await access())));
  }
}

/** Path with its query; values that are undefined or empty are left out. */
export function withQuery(path: string, query: Record<string, string | number | undefined | null>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

function signed(call: ApiCall, used: { token: string; keyPair: CryptoKeyPair }): SignedCall {
  return { ...call, method: call.method ?? 'GET', keyPair: used.keyPair, accessToken: used.token };
}

/**
 * The one place where an answer becomes its contract type unchecked: it comes from our own origin, whose routes are
 * typed by the same contract, and the schema library would cost the first load more than it could catch.
 */
async function contractJson<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}
