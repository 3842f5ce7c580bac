/**
 * Passkey ceremonies that open a session, where a new proof key is fixed, and those inside one: to confirm an operation
 * and to add a passkey. The last two are calls of the admin API like any other.
 */

import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import type { Device, DeviceFinish, EnrolGrant, RecoveryRedeem } from '../../lib/contract/account.ts';
import type { SessionGrant } from '../../lib/contract/console.ts';
import type { Ceremony, CeremonyFinish, SessionState, SetupBegin } from '../../lib/contract/identity.ts';
import type { InviteBegin, InviteCeremony } from '../../lib/contract/operators.ts';
import { api } from './api.ts';
import { createKeyPair } from './dpop-key.ts';
import { signalRemovedPasskey } from './passkey-signals.ts';
import { problemOf } from './problem.ts';
import { startSession, takeStepUp } from './session.ts';
import { signedFetch } from './signed-fetch.ts';

/** Whether an operator exists at all; public, so unsigned. */
export async function fetchSessionState(): Promise<SessionState> {
  const response = await fetch('/api/session', { cache: 'no-store' });
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

export async function setUp(begin: SetupBegin): Promise<void> {
  const keyPair = await createKeyPair();
  const ceremony = await post<Ceremony>('/api/setup/begin', begin, { keyPair });
  await openSession('/api/setup/finish', await registered(ceremony), { keyPair });
}

/** `autofill` waits quietly in the browser's autofill until the operator picks a passkey there. */
export async function signIn(how: { autofill: boolean }): Promise<void> {
  const keyPair = await createKeyPair();
  const ceremony = await post<Ceremony>('/api/sign-in/begin', {}, { keyPair });
  const answer = await asserted(ceremony, how.autofill);
  await openSession('/api/sign-in/finish', answer, { keyPair }).catch(signalRemovedPasskey);
}

/** What accepting an invite will make of one; `accept` makes the passkey and opens the session. */
export interface OpenInvite {
  ceremony: InviteCeremony;
  accept: () => Promise<void>;
}

export async function openInvite(begin: InviteBegin): Promise<OpenInvite> {
  const keyPair = await createKeyPair();
  const ceremony = await post<InviteCeremony>('/api/invite/begin', begin, { keyPair });
  const accept = async () => openSession('/api/invite/finish', await registered(ceremony), { keyPair });
  return { ceremony, accept };
}

/** A recovery that was let in: `enrol` makes the new passkey and opens the session, and may be tried again. */
export interface OpenRecovery {
  grant: EnrolGrant;
  enrol: () => Promise<void>;
}

export async function openRecovery(secret: RecoveryRedeem): Promise<OpenRecovery> {
  const keyPair = await createKeyPair();
  const grant = await post<EnrolGrant>('/api/recovery/redeem', secret, { keyPair });
  const signer = { keyPair, accessToken: grant.accessToken };
  const enrol = async () => {
    const ceremony = await post<Ceremony>('/api/recovery/enrol/begin', {}, signer);
    await openSession('/api/recovery/enrol/finish', await registered(ceremony), signer);
  };
  return { grant, enrol };
}

/** Uses the passkey for one operation; the session is then fresh for it. */
export async function stepUp(operation: string): Promise<void> {
  const begin = { method: 'POST', path: '/api/auth/step-up/begin', body: { operation } } as const;
  const body = await asserted(await api<Ceremony>(begin), false);
  const finish = { method: 'POST', path: '/api/auth/step-up/finish', body } as const;
  takeStepUp(await api<SessionGrant>(finish).catch(signalRemovedPasskey));
}

/** One more passkey for the operator who is signed in; without a name it is called after its maker. */
export async function addPasskey(name: string): Promise<Device> {
  const ceremony = await api<Ceremony>({ method: 'POST', path: '/api/devices/begin', body: {} });
  const answer = await registered(ceremony);
  const body: DeviceFinish = name === '' ? answer : { ...answer, name };
  return api<Device>({ method: 'POST', path: '/api/devices/finish', body });
}

interface Signer {
  keyPair: CryptoKeyPair;
  accessToken?: string;
}

async function openSession(path: string, body: CeremonyFinish, signer: Signer): Promise<void> {
  await startSession({ grant: await post<SessionGrant>(path, body, signer), keyPair: signer.keyPair });
}

async function post<T>(path: string, body: unknown, signer: Signer): Promise<T> {
  return (await signedFetch({ method: 'POST', path, body, ...signer })).json();
}

async function registered(ceremony: Ceremony): Promise<CeremonyFinish> {
  const response = await startRegistration({ optionsJSON: creationOptions(ceremony) });
  return { ceremonyId: ceremony.ceremonyId, response: { ...response } };
}

async function asserted(ceremony: Ceremony, useBrowserAutofill: boolean): Promise<CeremonyFinish> {
  const optionsJSON = requestOptions(ceremony);
  const response = await startAuthentication({ optionsJSON, useBrowserAutofill });
  return { ceremonyId: ceremony.ceremonyId, response: { ...response } };
}

// The contract carries WebAuthn options as plain JSON, so that it need not depend on the library; the server makes
// them with the sibling of the library that reads them here.
function creationOptions(ceremony: Ceremony): PublicKeyCredentialCreationOptionsJSON {
  return ceremony.options as unknown as PublicKeyCredentialCreationOptionsJSON;
}

function requestOptions(ceremony: Ceremony): PublicKeyCredentialRequestOptionsJSON {
  return ceremony.options as unknown as PublicKeyCredentialRequestOptionsJSON;
}
