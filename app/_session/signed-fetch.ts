/**
 * One HTTP call with its DPoP proof. The server's nonce travels on every answer; a call that was refused for a stale
 * nonce is repeated once with the new one, so no caller ever sees `use_dpop_nonce`. The nonce outlives a reload, so
 * that a page does not begin with a refusal; it is no secret.
 */

import { generateProof } from 'dpop';
import { ApiProblem, offlineProblem, problemOf } from './problem.ts';

export interface SignedCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path on our own origin, with its query. */
  path: string;
  body?: unknown;
  keyPair: CryptoKeyPair;
  accessToken?: string;
  /** Lets a refresh finish while its tab closes, so that the rotated cookie is not lost. */
  keepalive?: boolean;
  signal?: AbortSignal;
}

const nonceKey = 'tidegate-dpop-nonce';
let nonce = recall();

/** Answers only ok responses; throws ApiProblem for all else. */
export async function signedFetch(call: SignedCall): Promise<Response> {
  const first = await send(call);
  if (first.ok) return first;
  const problem = await problemOf(first);
  if (problem.code !== 'use_dpop_nonce') throw problem;
  const second = await send(call);
  if (second.ok) return second;
  throw await problemOf(second);
}

/** A proof for the socket's handshake or renewal: our profile of RFC 9449, `htm` GET and `htu` `<origin>/socket.io/`. */
export function socketProof(proof: {
  keyPair: CryptoKeyPair;
  accessToken: string;
  nonce?: string;
}): Promise<string> {
  const url = `${location.origin}/socket.io/`;
  return generateProof(proof.keyPair, url, 'GET', proof.nonce ?? nonce, proof.accessToken);
}

async function send(call: SignedCall): Promise<Response> {
  const url = new URL(call.path, location.origin);
  const proof = await generateProof(
    call.keyPair,
    url.origin + url.pathname,
    call.method,
    nonce,
    call.accessToken,
  );
  const headers: Record<string, string> = { DPoP: proof, Accept: 'application/json' };
  if (call.accessToken !== undefined) headers.Authorization = `DPoP ${call.accessToken}`;
  if (call.body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(url, {
    method: call.method,
    headers,
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
    credentials: 'same-origin',
    cache: 'no-store',
    keepalive: call.keepalive,
    signal: call.signal,
  }).catch((error: unknown) => {
    if (call.signal?.aborted) throw error;
    throw offlineProblem();
  });
  remember(response.headers.get('dpop-nonce'));
  return response;
}

function recall(): string | undefined {
  try {
    return sessionStorage.getItem(nonceKey) ?? undefined;
  } catch {
    // On the server, or where storage is closed to us: the first answer brings one.
    return undefined;
  }
}

function remember(given: string | null): void {
  if (given === null || given === nonce) return;
  nonce = given;
  try {
    sessionStorage.setItem(nonceKey, given);
  } catch {}
}

/** No proof key means no session in this browser: the same answer that the server would give. */
export function noSessionProblem(): ApiProblem {
  return new ApiProblem({ code: 'unauthenticated', status: 401, message: 'Sign in to go on.' });
}
