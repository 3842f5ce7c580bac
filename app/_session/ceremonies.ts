/** Passkey ceremonies: setting up the first operator and signing in. A new proof key is fixed at each. */

import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import type { SessionGrant } from '../../lib/contract/console.ts';
import type { Ceremony, CeremonyFinish, SessionState, SetupBegin } from '../../lib/contract/identity.ts';
import { createKeyPair } from './dpop-key.ts';
import { problemOf } from './problem.ts';
import { startSession } from './session.ts';
import { signedFetch } from './signed-fetch.ts';

/** Whether an operator exists at all; public, so unsigned. */
export async function fetchSessionState(): Promise<SessionState> {
  const response = await fetch('/api/session', { cache: 'no-store' });
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

export async function setUp(begin: SetupBegin): Promise<void> {
  const keyPair = await createKeyPair();
  const ceremony = await post<Ceremony>('/api/setup/begin', begin, keyPair);
  const response = await startRegistration({ optionsJSON: creationOptions(ceremony) });
  await finish('/api/setup/finish', { ceremonyId: ceremony.ceremonyId, response: { ...response } }, keyPair);
}

/** `autofill` waits quietly in the browser's autofill until the operator picks a passkey there. */
export async function signIn(how: { autofill: boolean }): Promise<void> {
  const keyPair = await createKeyPair();
  const ceremony = await post<Ceremony>('/api/sign-in/begin', {}, keyPair);
  const response = await startAuthentication({
    optionsJSON: requestOptions(ceremony),
    useBrowserAutofill: how.autofill,
  });
  await finish(
    '/api/sign-in/finish',
    { ceremonyId: ceremony.ceremonyId, response: { ...response } },
    keyPair,
  );
}

async function finish(path: string, body: CeremonyFinish, keyPair: CryptoKeyPair): Promise<void> {
  await startSession({ grant: await post<SessionGrant>(path, body, keyPair), keyPair });
}

async function post<T>(path: string, body: unknown, keyPair: CryptoKeyPair): Promise<T> {
  return (await signedFetch({ method: 'POST', path, body, keyPair })).json();
}

// The contract carries WebAuthn options as plain JSON, so that it need not depend on the library; the server makes
// them with the sibling of the library that reads them here.
function creationOptions(ceremony: Ceremony): PublicKeyCredentialCreationOptionsJSON {
  return ceremony.options as unknown as PublicKeyCredentialCreationOptionsJSON;
}

function requestOptions(ceremony: Ceremony): PublicKeyCredentialRequestOptionsJSON {
  return ceremony.options as unknown as PublicKeyCredentialRequestOptionsJSON;
}
