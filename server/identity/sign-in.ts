/**
 * Sign-in by passkey. No user name is asked, so the first half is the same for everyone; in the second half an unknown
 * passkey is checked against a decoy, so that it looks and lasts like a bad signature.
 */

import type { Ceremony, CeremonyFinish } from '../../lib/contract/identity.ts';
import { AppError } from '../http/app-error.ts';
import type { BrowserBinding, Ceremonies } from './ceremonies.ts';
import type { RefusalTrail } from './refusal-trail.ts';
import type { Caller, OpenedSession, Sessions } from './sessions.ts';
import type { CredentialRecord, IdentityStore, OperatorRecord } from './store.ts';
import { type AssertionAnswer, assertionSchema, hasRunBackwards, type Webauthn } from './webauthn.ts';

export interface SignInDeps {
  store: IdentityStore;
  ceremonies: Ceremonies;
  webauthn: Webauthn;
  sessions: Sessions;
  refusals: RefusalTrail;
  clock: { now(): number };
}

interface KnownCredential {
  credential: CredentialRecord;
  operator: OperatorRecord;
}

/** Parallel sign-ins with one passkey move its counter under each other; a person makes one or two. */
const attemptsMax = 5;

export function createSignIn(deps: SignInDeps) {
  return {
    begin: (binding: BrowserBinding, caller: Caller) => begin(deps, binding, caller),
    finish: (
      body: CeremonyFinish,
      binding: BrowserBinding,
      caller: Caller,
      previousCookie: string | undefined,
    ) => finish(deps, body, binding, caller, previousCookie),
  };
}

async function begin(deps: SignInDeps, binding: BrowserBinding, caller: Caller): Promise<Ceremony> {
  const options = await deps.webauthn.assertionOptions();
  const ceremony = { challenge: options.challenge, purpose: { type: 'sign_in' } as const };
  return { ceremonyId: deps.ceremonies.begin(ceremony, binding, caller.address), options: { ...options } };
}

/** @throws AppError `ceremony_failed`, whatever it was */
async function finish(
  deps: SignInDeps,
  body: CeremonyFinish,
  binding: BrowserBinding,
  caller: Caller,
  previousCookie: string | undefined,
): Promise<OpenedSession> {
  const ceremony = deps.ceremonies.take(body.ceremonyId, 'sign_in', binding);
  if (ceremony === undefined) throw failed(deps, 'ceremony', 'no such open ceremony of this browser', caller);
  const answer = assertionSchema.safeParse(body.response);
  if (!answer.success) throw failed(deps, 'shape', 'not an assertion', caller);

  const known = await deps.store.findCredential(answer.data.id);
  const verdict = await deps.webauthn.verifyAssertion(answer.data, ceremony.challenge, {
    credential: known?.credential ?? decoyCredential,
    userHandle: Buffer.from(known?.operator.userHandle ?? '').toString('base64url'),
  });
  if (known === undefined) throw failed(deps, 'unknown_passkey', 'unknown credential', caller);
  if (verdict.kind === 'invalid') throw failed(deps, 'passkey', verdict.internal, caller);
  if (verdict.kind === 'cloned') throw await cloned(deps, known, verdict.counter, caller);
  const opened = await record(deps, known, answer.data, verdict, binding.jkt, caller);
  await deps.sessions.supersede(previousCookie, caller);
  return opened;
}

/** Stores counter and session together, by compare-and-swap on the counter. */
async function record(
  deps: SignInDeps,
  known: KnownCredential,
  answer: AssertionAnswer,
  verdict: { counter: number; backedUp: boolean },
  jkt: string,
  caller: Caller,
): Promise<OpenedSession> {
  const { operator } = known;
  const opening = { operatorId: operator.id, credentialId: answer.id, jkt, caller };
  const { family, token } = deps.sessions.draft(opening);
  let expectedCounter = known.credential.counter;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const nowMs = deps.clock.now();
    const outcome = await deps.store.signIn({
      credentialId: answer.id,
      expectedCounter,
      newCounter: verdict.counter,
      backedUp: verdict.backedUp,
      nowMs,
      family,
      audit: {
        at: nowMs,
        actor: operator.id,
        action: 'session.opened',
        target: family.id,
        outcome: 'done',
        address: caller.address,
        detail: { credentialId: answer.id, userAgent: caller.userAgent },
      },
    });
    if (outcome === 'signed_in') return deps.sessions.grant(family, operator, token);
    if (outcome === 'refused') break;
    const current = await deps.store.findCredential(answer.id);
    // Overtaken by a newer signature of the same key: refused, but no sign of a copy.
    if (current === undefined || hasRunBackwards(current.credential.counter, verdict.counter)) break;
    expectedCounter = current.credential.counter;
  }
  throw failed(deps, 'overtaken', 'credential or operator changed meanwhile', caller);
}

async function cloned(
  deps: SignInDeps,
  known: KnownCredential,
  counter: number,
  caller: Caller,
): Promise<AppError> {
  const at = deps.clock.now();
  await deps.store.flagClonedCredential(known.credential.id, at, {
    at,
    actor: known.operator.id,
    action: 'credential.clone_suspected',
    target: known.credential.id,
    outcome: 'refused',
    address: caller.address,
    detail: { storedCounter: known.credential.counter, counter },
  });
  return new AppError('ceremony_failed', { internal: 'signature counter ran backwards' });
}

function failed(deps: SignInDeps, reason: string, internal: string, caller: Caller): AppError {
  deps.refusals.record({ action: 'ceremony.failed', address: caller.address, reason: `sign_in.${reason}` });
  return new AppError('ceremony_failed', { internal });
}

/** COSE ES256 key on the generator point of P-256: valid to verify with, and nobody signs for it here. */
const decoyPublicKey = Buffer.concat([
  Buffer.from('a5010203262001215820', 'hex'),
  Buffer.from('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296', 'hex'),
  Buffer.from('225820', 'hex'),
  Buffer.from('4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5', 'hex'),
]);

const decoyCredential: CredentialRecord = {
  id: '',
  operatorId: '',
  publicKey: decoyPublicKey,
  counter: 0,
  transports: [],
  backupEligible: false,
  backedUp: false,
  aaguid: '',
  rpId: '',
  name: '',
  createdAt: 0,
  lastUsedAt: undefined,
  cloneSuspectedAt: undefined,
};

export type SignIn = ReturnType<typeof createSignIn>;
