/**
 * Calls of the admin API: signed, with one silent refresh on 401, and problems as exceptions with a code. A dangerous
 * one is confirmed with the passkey and then repeated, so that no page has to know which ones are.
 */

import { ApiProblem, operationToConfirm } from './problem.ts';
import { access, refresh } from './session.ts';
import { type SignedCall, signedFetch } from './signed-fetch.ts';
import { confirmOperation } from './step-up.ts';

export type ApiCall = Pick<SignedCall, 'path' | 'body' | 'signal'> & {
  method?: SignedCall['method'];
  /** What it is done to, as people call it: for the question that asks for the passkey. */
  subject?: string;
};

/** Codes that a fresh access token may cure. */
const curable = new Set<string>(['token_expired', 'unauthenticated', 'token_revoked', 'invalid_dpop_proof']);

export async function api<T>(call: ApiCall): Promise<T> {
  return contractJson<T>(await send(call));
}

/** An answer that is a file, whole. */
export async function apiFile(call: ApiCall): Promise<Blob> {
  return (await send(call)).blob();
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

async function send(call: ApiCall): Promise<Response> {
  for (;;) {
    try {
      return await sendSigned(call);
    } catch (error) {
      const operation = operationToConfirm(error);
      if (operation === undefined) throw error;
      const answer = await confirmOperation({ operation, subject: call.subject });
      if (answer === 'cancelled') throw notConfirmed();
      // Confirmed and refused all the same is not asked a second time.
      if (answer === 'confirmed') return sendSigned(call);
    }
  }
}

async function sendSigned(call: ApiCall): Promise<Response> {
  const used = await access();
  try {
    return await signedFetch(signed(call, used));
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401 || !curable.has(error.code)) throw error;
    await refresh(used.token);
    return signedFetch(signed(call, await access()));
  }
}

function signed(call: ApiCall, used: { token: string; keyPair: CryptoKeyPair }): SignedCall {
  const { path, body, signal, method = 'GET' } = call;
  return { path, body, signal, method, keyPair: used.keyPair, accessToken: used.token };
}

function notConfirmed(): ApiProblem {
  const message = 'It was not confirmed with a passkey.';
  return new ApiProblem({ code: 'step_up_required', status: 401, message });
}

/**
 * The one place where an answer becomes its contract type unchecked: it comes from our own origin, whose routes are
 * typed by the same contract, and the schema library would cost the first load more than it could catch.
 */
async function contractJson<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}
