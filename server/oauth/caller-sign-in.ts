/**
 * People on the hosted page: a caller uses a passkey to continue to a client, and gets a code for it (RFC 6749 4.1.2).
 * There is no session here that could be used silently: each authorization is a passkey with user verification, which
 * is also what step-up asks for (RFC 9470). Passkeys are judged as operators' are, in passkey-check.ts.
 */

import type { Ceremony, CeremonyFinish } from '../../lib/contract/identity.ts';
import type { AuthorizationView } from '../../lib/contract/oauth.ts';
import { AppError } from '../http/app-error.ts';
import type { BrowserBinding, Ceremonies } from '../identity/ceremonies.ts';
import type { Caller } from '../identity/families.ts';
import { randomText, sha256Text } from '../identity/keyring.ts';
import { ceremonyFailed, swapCounter, verifyKnown } from '../identity/passkey-check.ts';
import type { RefusalTrail } from '../identity/refusal-trail.ts';
import { assertionSchema, type Webauthn } from '../identity/webauthn.ts';
import {
  type AuthorizationRequest,
  type AuthorizationRequests,
  answerUrl,
} from './authorization-requests.ts';
import type { CallerCredential, CallerRecord, CallerStore, GrantStore } from './store.ts';

/** From the redirect to the client's call. */
const codeLifetimeMs = 60_000;

export interface CallerSignInDeps {
  store: Pick<CallerStore, 'findCallerCredential' | 'recordCallerUse' | 'flagClonedCaller'> &
    Pick<GrantStore, 'addCode'>;
  requests: AuthorizationRequests;
  ceremonies: Ceremonies;
  webauthn: Webauthn;
  refusals: RefusalTrail;
  issuer: string;
  clock: { now(): number };
}

export function createCallerSignIn(deps: CallerSignInDeps) {
  return {
    /** @throws AppError `not_found` where no such request waits */
    view: (requestId: string): AuthorizationView => viewOf(openRequest(deps, requestId)),
    begin: (requestId: string, binding: BrowserBinding, caller: Caller) =>
      begin(deps, requestId, binding, caller),
    /** @returns where the person goes on, with the code @throws AppError `ceremony_failed`, `not_found` */
    finish: (requestId: string, body: CeremonyFinish, binding: BrowserBinding, caller: Caller) =>
      finish(deps, requestId, body, binding, caller),
    /** @returns where the person goes back to, without a code */
    cancel: (requestId: string): string => {
      const request = takeRequest(deps, requestId);
      return answerUrl(request, deps.issuer, { error: 'access_denied' });
    },
  };
}

function openRequest(deps: CallerSignInDeps, requestId: string): AuthorizationRequest {
  const request = deps.requests.find(requestId);
  if (request === undefined) throw new AppError('not_found', { internal: 'no such authorization request' });
  return request;
}

function takeRequest(deps: CallerSignInDeps, requestId: string): AuthorizationRequest {
  const request = openRequest(deps, requestId);
  deps.requests.take(requestId);
  return request;
}

function viewOf({ client, redirectUri, scope }: AuthorizationRequest): AuthorizationView {
  return {
    clientName: client.name,
    returnsTo: new URL(redirectUri).host,
    scopes: scope === '' ? [] : scope.split(' '),
  };
}

async function begin(
  deps: CallerSignInDeps,
  requestId: string,
  binding: BrowserBinding,
  caller: Caller,
): Promise<Ceremony> {
  openRequest(deps, requestId);
  const options = await deps.webauthn.assertionOptions([]);
  const purpose = { type: 'authorize', requestId } as const;
  const ceremony = { challenge: options.challenge, purpose };
  return { ceremonyId: deps.ceremonies.begin(ceremony, binding, caller.address), options: { ...options } };
}

async function finish(
  deps: CallerSignInDeps,
  requestId: string,
  body: CeremonyFinish,
  binding: BrowserBinding,
  caller: Caller,
): Promise<string> {
  const ceremony = deps.ceremonies.take(body.ceremonyId, 'authorize', binding);
  if (ceremony?.purpose.requestId !== requestId) {
    const internal = 'no such open ceremony of this browser';
    throw ceremonyFailed(deps, { reason: 'authorize.ceremony', internal, caller });
  }
  const person = await checkCaller(deps, body.response, ceremony.challenge, caller);
  const request = takeRequest(deps, requestId);
  const code = randomText(32);
  const nowMs = deps.clock.now();
  const { client, redirectUri, codeChallenge, dpopJkt, scope, audience } = request;
  const authorized = {
    ...{ redirectUri, codeChallenge, dpopJkt, scope, audience },
    codeSha256: sha256Text(code),
    clientId: client.id,
    callerId: person.caller.id,
    credentialId: person.credential.id,
    acr: 'phr',
    authenticatedAt: nowMs,
    expiresAt: nowMs + codeLifetimeMs,
  } as const;
  await deps.store.addCode(authorized, caller);
  return answerUrl(request, deps.issuer, { code });
}

interface Person {
  credential: CallerCredential;
  caller: CallerRecord;
}

async function checkCaller(
  deps: CallerSignInDeps,
  response: unknown,
  challenge: string,
  from: Caller,
): Promise<Person> {
  const fail = (reason: string, internal: string) =>
    ceremonyFailed(deps, { reason: `authorize.${reason}`, internal, caller: from });
  const answer = assertionSchema.safeParse(response);
  if (!answer.success) throw fail('shape', 'not an assertion');
  const { id } = answer.data;
  const person = await deps.store.findCallerCredential(id);
  const known = person && { ...person.credential, userHandle: person.caller.userHandle };
  const verdict = await verifyKnown(deps.webauthn, answer.data, { challenge, known });
  if (person === undefined) throw fail('unknown_passkey', 'unknown credential');
  if (verdict.kind === 'invalid') throw fail('passkey', verdict.internal);
  if (verdict.kind === 'cloned') {
    await deps.store.flagClonedCaller(id, deps.clock.now(), from.address);
    throw fail('clone_suspected', 'signature counter ran backwards');
  }
  const { counter: newCounter, backedUp } = verdict;
  const done = await swapCounter(
    { credential: person.credential, counter: newCounter },
    {
      write: (expectedCounter) => {
        const use = { credentialId: id, expectedCounter, newCounter, backedUp };
        return deps.store.recordCallerUse({ ...use, nowMs: deps.clock.now() });
      },
      reread: async () => (await deps.store.findCallerCredential(id))?.credential.counter,
    },
  );
  if (!done) throw fail('overtaken', 'credential or caller changed meanwhile');
  return person;
}

export type CallerSignIn = ReturnType<typeof createCallerSignIn>;
