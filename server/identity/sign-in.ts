/** Sign-in by passkey. No user name is asked, so the first half is the same for everyone. */

import type { Ceremony, CeremonyFinish } from '../../lib/contract/identity.ts';
import type { BrowserBinding, Ceremonies } from './ceremonies.ts';
import type { Caller } from './families.ts';
import {
  ceremonyFailed,
  checkPasskey,
  type PasskeyCheckDeps,
  type ProvenPasskey,
  recordUse,
} from './passkey-check.ts';
import type { OpenedSession, Sessions } from './sessions.ts';

export interface SignInDeps extends PasskeyCheckDeps {
  ceremonies: Ceremonies;
  sessions: Sessions;
}

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
  const options = await deps.webauthn.assertionOptions([]);
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
  if (ceremony === undefined) {
    const internal = 'no such open ceremony of this browser';
    throw ceremonyFailed(deps, { reason: 'sign_in.ceremony', internal, caller });
  }
  const { challenge } = ceremony;
  const proven = await checkPasskey(deps, { response: body.response, challenge, area: 'sign_in', caller });
  const opened = await record(deps, proven, binding.jkt, caller);
  await deps.sessions.supersede(previousCookie, caller);
  return opened;
}

/** Stores the passkey's use and the session together. */
async function record(
  deps: SignInDeps,
  proven: ProvenPasskey,
  jkt: string,
  caller: Caller,
): Promise<OpenedSession> {
  const { operator, credential } = proven;
  const opening = { operatorId: operator.id, credentialId: credential.id, jkt, caller };
  const { family, token } = deps.sessions.draft(opening);
  await recordUse(deps, proven, { area: 'sign_in', caller }, async (expectedCounter) => {
    const nowMs = deps.clock.now();
    const outcome = await deps.store.signIn({
      credentialId: credential.id,
      expectedCounter,
      newCounter: proven.counter,
      backedUp: proven.backedUp,
      nowMs,
      family,
      audit: {
        at: nowMs,
        actor: operator.id,
        action: 'session.opened',
        target: family.id,
        outcome: 'done',
        address: caller.address,
        detail: { deviceId: credential.deviceId, userAgent: caller.userAgent },
      },
    });
    return outcome === 'signed_in' ? 'done' : outcome;
  });
  return deps.sessions.grant(family, operator, token);
}

export type SignIn = ReturnType<typeof createSignIn>;
