/**
 * Step-up: a signed-in operator uses a passkey again to confirm one operation (RFC 9470). The challenge is bound to the
 * session, to its key and to the operation; the token that comes of it is fresh for that operation alone. Which
 * operations ask for it is decided where everything is decided, in authorize.ts.
 */

import type { SessionGrant } from '../../lib/contract/console.ts';
import type { Ceremony, CeremonyFinish } from '../../lib/contract/identity.ts';
import { AppError } from '../http/app-error.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { BrowserBinding, Ceremonies } from './ceremonies.ts';
import type { Caller } from './families.ts';
import { ceremonyFailed, checkPasskey, type PasskeyCheckDeps, recordUse } from './passkey-check.ts';
import type { Principal } from './principal.ts';

export interface StepUpDeps extends PasskeyCheckDeps {
  ceremonies: Ceremonies;
  accessTokens: AccessTokens;
  /** Told of the use, where an alert has asked this session for it. */
  standing: { passkeyUsed(familyId: string, atMs: number): void };
}

export function createStepUp(deps: StepUpDeps) {
  return {
    /** @param operation as operationOf in lib/identity/confirmation.ts writes it. */
    begin: (principal: Principal, operation: string, caller: Caller) =>
      begin(deps, principal, operation, caller),
    /** @throws AppError `ceremony_failed`, whatever it was */
    finish: (principal: Principal, body: CeremonyFinish, caller: Caller) =>
      finish(deps, principal, body, caller),
  };
}

/** In place of the cookie of a sign-in: whoever finishes must hold this session's token and key. */
export function sessionBinding(principal: Principal): BrowserBinding {
  return { browserToken: principal.familyId, jkt: principal.jkt };
}

async function begin(
  deps: StepUpDeps,
  principal: Principal,
  operation: string,
  caller: Caller,
): Promise<Ceremony> {
  const { operatorId } = principal;
  const own = await deps.store.listCredentials(operatorId);
  const options = await deps.webauthn.assertionOptions(own);
  const purpose = { type: 'step_up', operatorId, operation } as const;
  const ceremony = { challenge: options.challenge, purpose };
  const ceremonyId = deps.ceremonies.begin(ceremony, sessionBinding(principal), caller.address);
  return { ceremonyId, options: { ...options } };
}

async function finish(
  deps: StepUpDeps,
  principal: Principal,
  body: CeremonyFinish,
  caller: Caller,
): Promise<SessionGrant> {
  const { operatorId, familyId } = principal;
  const fail = (reason: string, internal: string) =>
    ceremonyFailed(deps, { reason: `step_up.${reason}`, internal, caller, actor: operatorId });
  const ceremony = deps.ceremonies.take(body.ceremonyId, 'step_up', sessionBinding(principal));
  if (ceremony === undefined) throw fail('ceremony', 'no such open step-up of this session');
  const { challenge, purpose } = ceremony;
  const proven = await checkPasskey(deps, { response: body.response, challenge, area: 'step_up', caller });
  if (proven.operator.id !== operatorId) throw fail('other_operator', 'a passkey of somebody else');

  const nowMs = deps.clock.now();
  await recordUse(deps, proven, { area: 'step_up', caller }, (expectedCounter) =>
    deps.store.recordStepUp({
      credentialId: proven.credential.id,
      familyId,
      expectedCounter,
      newCounter: proven.counter,
      backedUp: proven.backedUp,
      nowMs,
      audit: {
        at: nowMs,
        actor: operatorId,
        action: 'session.stepped_up',
        target: familyId,
        outcome: 'done',
        address: caller.address,
        detail: { operation: purpose.operation, deviceId: proven.credential.deviceId },
      },
    }),
  );
  deps.standing.passkeyUsed(familyId, nowMs);
  return grant(deps, principal, purpose.operation, nowMs);
}

async function grant(
  deps: StepUpDeps,
  principal: Principal,
  operation: string,
  nowMs: number,
): Promise<SessionGrant> {
  const found = await deps.store.findFamily(principal.familyId);
  if (found?.family.status !== 'live') throw new AppError('token_revoked', { internal: 'ended meanwhile' });
  const { family, holder } = found;
  const access = await deps.accessTokens.issue({
    ...family,
    familyId: family.id,
    jkt: principal.jkt,
    authAt: nowMs,
    confirmed: { operation, signedInAt: family.authenticatedAt },
  });
  return {
    accessToken: access.token,
    expiresAt: access.expiresAt,
    operator: { id: holder.id, name: holder.name },
  };
}

export type StepUp = ReturnType<typeof createStepUp>;
