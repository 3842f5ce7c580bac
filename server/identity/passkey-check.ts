/**
 * Judging an answer of a passkey that should exist, for sign-in and step-up alike: shape, signature, owner, counter.
 * An unknown passkey is checked against a decoy, so that it looks and lasts like a bad signature. One that was removed
 * and still proves itself learns so, since only the holder of its key can ask.
 */

import type { UnknownCredential } from '../../lib/contract/account.ts';
import { AppError } from '../http/app-error.ts';
import type { Caller } from './families.ts';
import type { Notices } from './notices.ts';
import type { CredentialRecord, OperatorRecord } from './records.ts';
import type { RefusalTrail } from './refusal-trail.ts';
import type { IdentityStore } from './store.ts';
import { type AssertionAnswer, assertionSchema, hasRunBackwards, type Webauthn } from './webauthn.ts';

export interface PasskeyCheckDeps {
  store: IdentityStore;
  webauthn: Webauthn;
  refusals: RefusalTrail;
  notices: Notices;
  clock: { now(): number };
}

export interface ProvenPasskey {
  credential: CredentialRecord;
  operator: OperatorRecord;
  /** What the answer said, to be stored. */
  counter: number;
  backedUp: boolean;
}

/** Where the answer was given, for the audit. */
export type AssertionArea = 'sign_in' | 'step_up';

interface Presented {
  response: unknown;
  challenge: string;
  area: AssertionArea;
  caller: Caller;
}

/** Parallel uses of one passkey move its counter under each other; a person makes one or two. */
const attemptsMax = 5;

/** @throws AppError `ceremony_failed`, whatever it was */
export async function checkPasskey(deps: PasskeyCheckDeps, presented: Presented): Promise<ProvenPasskey> {
  const { challenge, area, caller } = presented;
  const fail = (reason: string, internal: string) =>
    ceremonyFailed(deps, { reason: `${area}.${reason}`, internal, caller });
  const answer = assertionSchema.safeParse(presented.response);
  if (!answer.success) throw fail('shape', 'not an assertion');

  const known = await deps.store.findCredential(answer.data.id);
  const verdict = await verifyKnown(deps.webauthn, answer.data, {
    challenge,
    known: known && { ...known.credential, userHandle: known.operator.userHandle },
  });
  if (known === undefined) throw fail('unknown_passkey', 'unknown credential');
  if (verdict.kind === 'invalid') throw fail('passkey', verdict.internal);
  if (known.credential.removedAt !== undefined) throw removed(deps, known.credential, presented);
  if (verdict.kind === 'cloned') throw await cloned(deps, known, verdict.counter, caller);
  return { ...known, counter: verdict.counter, backedUp: verdict.backedUp };
}

/**
 * Stores a use by compare-and-swap on the counter.
 * @param write writes it where the stored counter is still `expectedCounter`.
 * @throws AppError `ceremony_failed` where the passkey or its operator changed meanwhile
 */
export async function recordUse(
  deps: PasskeyCheckDeps,
  proven: ProvenPasskey,
  use: { area: AssertionArea; caller: Caller },
  write: (expectedCounter: number) => Promise<'done' | 'counter_moved' | 'refused'>,
): Promise<void> {
  const done = await swapCounter(proven, {
    write,
    reread: async () => (await deps.store.findCredential(proven.credential.id))?.credential.counter,
  });
  if (done) return;
  const internal = 'credential or operator changed meanwhile';
  throw ceremonyFailed(deps, { reason: `${use.area}.overtaken`, internal, caller: use.caller });
}

/** What is judged of a passkey, whoever it belongs to. */
export type KnownPasskey = Pick<CredentialRecord, 'publicKey' | 'counter' | 'backupEligible'> & {
  userHandle: Uint8Array;
};

/** @param shown.known undefined where no such passkey is known: then a decoy is judged, which takes as long. */
export function verifyKnown(
  webauthn: Webauthn,
  answer: AssertionAnswer,
  shown: { challenge: string; known: KnownPasskey | undefined },
) {
  const { userHandle = new Uint8Array(), ...passkey } = shown.known ?? {};
  return webauthn.verifyAssertion(answer, shown.challenge, {
    credential: { ...decoyCredential, ...passkey },
    userHandle: Buffer.from(userHandle).toString('base64url'),
  });
}

/**
 * Stores a passkey's new counter against parallel uses: writes where the stored one is still what was read, and looks
 * again where it moved. @returns false where the passkey is gone or was overtaken
 */
export async function swapCounter(
  proven: { credential: { counter: number }; counter: number },
  storage: {
    write: (expectedCounter: number) => Promise<'done' | 'counter_moved' | 'refused'>;
    reread: () => Promise<number | undefined>;
  },
): Promise<boolean> {
  let expectedCounter = proven.credential.counter;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const outcome = await storage.write(expectedCounter);
    if (outcome !== 'counter_moved') return outcome === 'done';
    const current = await storage.reread();
    // Overtaken by a newer signature of the same key: refused, but no sign of a copy.
    if (current === undefined || hasRunBackwards(current, proven.counter)) return false;
    expectedCounter = current;
  }
  return false;
}

/** The refusal of a ceremony: audited with a stable reason, and the client learns only that it failed. */
export function ceremonyFailed(
  deps: Pick<PasskeyCheckDeps, 'refusals'>,
  failure: { reason: string; internal: string; caller: Caller; actor?: string },
): AppError {
  const { reason, internal, caller, actor } = failure;
  const by = actor === undefined ? {} : { actor };
  deps.refusals.record({ action: 'ceremony.failed', address: caller.address, reason, ...by });
  return new AppError('ceremony_failed', { internal });
}

function removed(
  deps: PasskeyCheckDeps,
  credential: CredentialRecord,
  { area, caller }: Presented,
): AppError {
  deps.refusals.record({
    action: 'ceremony.failed',
    address: caller.address,
    reason: `${area}.removed_passkey`,
    actor: credential.operatorId,
    target: credential.deviceId,
  });
  const unknownCredential: UnknownCredential = { rpId: credential.rpId, credentialId: credential.id };
  return new AppError('ceremony_failed', { internal: 'removed passkey', members: { unknownCredential } });
}

async function cloned(
  deps: PasskeyCheckDeps,
  known: { credential: CredentialRecord; operator: OperatorRecord },
  counter: number,
  caller: Caller,
): Promise<AppError> {
  const at = deps.clock.now();
  await deps.store.flagClonedCredential(known.credential.id, at, {
    at,
    actor: known.operator.id,
    action: 'credential.clone_suspected',
    target: known.credential.deviceId,
    outcome: 'refused',
    address: caller.address,
    detail: { storedCounter: known.credential.counter, counter },
  });
  const notice = { at, what: 'clone_suspected', address: caller.address } as const;
  deps.notices.tell(known.operator.id, { ...notice, subject: known.credential.name });
  return new AppError('ceremony_failed', { internal: 'signature counter ran backwards' });
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
  deviceId: '',
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
  removedAt: undefined,
};
