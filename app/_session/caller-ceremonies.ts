/**
 * Passkey ceremonies of callers: people of the customer's API, who have no session here. Each has a proof key of its
 * own that is thrown away, so that only the tab which began can finish.
 */

import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import type { Ceremony } from '../../lib/contract/identity.ts';
import type { AuthorizationView } from '../../lib/contract/oauth.ts';
import { createKeyPair } from './dpop-key.ts';
import { problemOf } from './problem.ts';
import { signedFetch } from './signed-fetch.ts';

/** Public, so unsigned. */
export async function fetchAuthorization(requestId: string): Promise<AuthorizationView> {
  const response = await fetch(pathOf(requestId), { cache: 'no-store' });
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

/** @returns where to go on */
export async function continueToClient(requestId: string): Promise<string> {
  const keyPair = await createKeyPair();
  const ceremony = await post<Ceremony>(`${pathOf(requestId)}/begin`, {}, keyPair);
  const optionsJSON = ceremony.options as unknown as PublicKeyCredentialRequestOptionsJSON;
  const response = await startAuthentication({ optionsJSON });
  const body = { ceremonyId: ceremony.ceremonyId, response: { ...response } };
  return redirectOf(await post(`${pathOf(requestId)}/finish`, body, keyPair));
}

/** @returns where to go back to */
export async function leaveClient(requestId: string): Promise<string> {
  return redirectOf(await post(`${pathOf(requestId)}/cancel`, {}, await createKeyPair()));
}

/** @param token from the fragment of the link */
export async function enrolCaller(token: string): Promise<void> {
  const keyPair = await createKeyPair();
  const ceremony = await post<Ceremony>('/oauth/enrol/begin', { token }, keyPair);
  const optionsJSON = ceremony.options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const response = await startRegistration({ optionsJSON });
  const body = { ceremonyId: ceremony.ceremonyId, response: { ...response } };
  await signedFetch({ method: 'POST', path: '/oauth/enrol/finish', body, keyPair });
}

const pathOf = (requestId: string) => `/oauth/requests/${encodeURIComponent(requestId)}`;
const redirectOf = ({ redirectTo }: { redirectTo: string }) => redirectTo;

async function post<T>(path: string, body: unknown, keyPair: CryptoKeyPair): Promise<T> {
  return (await signedFetch({ method: 'POST', path, body, keyPair })).json();
}
