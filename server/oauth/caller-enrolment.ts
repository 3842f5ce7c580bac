/** A caller makes a passkey with the one-time link that it was given; the link is spent with the passkey's storing. */

import type { Ceremony, CeremonyFinish } from '../../lib/contract/identity.ts';
import { AppError } from '../http/app-error.ts';
import type { BrowserBinding, Ceremonies } from '../identity/ceremonies.ts';
import type { Caller } from '../identity/families.ts';
import { sha256Text } from '../identity/keyring.ts';
import { ceremonyFailed } from '../identity/passkey-check.ts';
import type { RefusalTrail } from '../identity/refusal-trail.ts';
import { registrationSchema, type Webauthn } from '../identity/webauthn.ts';
import type { CallerStore } from './store.ts';

export interface CallerEnrolmentDeps {
  store: Pick<CallerStore, 'findLink' | 'enrolCaller'>;
  ceremonies: Ceremonies;
  webauthn: Webauthn;
  refusals: RefusalTrail;
  clock: { now(): number };
}

export function createCallerEnrolment(deps: CallerEnrolmentDeps) {
  return {
    /** @throws AppError `not_found` where no such link is open */
    begin: (token: string, binding: BrowserBinding, caller: Caller) => begin(deps, token, binding, caller),
    /** @throws AppError `ceremony_failed`; `not_found` where the link was used or ran out meanwhile */
    finish: (body: CeremonyFinish, binding: BrowserBinding, caller: Caller) =>
      finish(deps, body, binding, caller),
  };
}

async function begin(
  deps: CallerEnrolmentDeps,
  token: string,
  binding: BrowserBinding,
  caller: Caller,
): Promise<Ceremony> {
  const tokenSha256 = sha256Text(token);
  const found = await deps.store.findLink(tokenSha256, deps.clock.now());
  if (found === undefined) throw closed(deps, caller);
  const { name, userHandle, id: callerId } = found.caller;
  const person = { name, userHandle: Uint8Array.from(userHandle) };
  const options = await deps.webauthn.registrationOptions(person, found.credentials);
  const purpose = { type: 'enrol_caller', tokenSha256, callerId } as const;
  const ceremony = { challenge: options.challenge, purpose };
  return { ceremonyId: deps.ceremonies.begin(ceremony, binding, caller.address), options: { ...options } };
}

async function finish(
  deps: CallerEnrolmentDeps,
  body: CeremonyFinish,
  binding: BrowserBinding,
  caller: Caller,
): Promise<void> {
  const fail = (reason: string, internal: string) =>
    ceremonyFailed(deps, { reason: `enrol_caller.${reason}`, internal, caller });
  const ceremony = deps.ceremonies.take(body.ceremonyId, 'enrol_caller', binding);
  if (ceremony === undefined) throw fail('ceremony', 'no such open ceremony of this browser');
  const answer = registrationSchema.safeParse(body.response);
  if (!answer.success) throw fail('shape', 'not a registration');
  const verdict = await deps.webauthn.verifyRegistration(answer.data, ceremony.challenge);
  if (verdict.kind === 'invalid') throw fail('passkey', verdict.internal);
  const { tokenSha256, callerId } = ceremony.purpose;
  const nowMs = deps.clock.now();
  const outcome = await deps.store.enrolCaller({
    credential: {
      ...verdict.credential,
      ...{ callerId, rpId: deps.webauthn.rpId, createdAt: nowMs },
      ...{ lastUsedAt: undefined, cloneSuspectedAt: undefined },
    },
    ...{ tokenSha256, nowMs, address: caller.address },
  });
  if (outcome === 'credential_taken') throw fail(outcome, 'credential id is taken');
  if (outcome === 'void') throw closed(deps, caller);
}

function closed(deps: CallerEnrolmentDeps, caller: Caller): AppError {
  deps.refusals.record({ action: 'ceremony.failed', address: caller.address, reason: 'enrol_caller.closed' });
  return new AppError('not_found', { internal: 'no open link of a caller' });
}

export type CallerEnrolment = ReturnType<typeof createCallerEnrolment>;
