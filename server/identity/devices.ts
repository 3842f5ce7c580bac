/**
 * An operator's passkeys: adding, naming and removing them. Adding and removing need a fresh use of a passkey, which
 * authorize.ts asks for before anything here runs; the last passkey cannot be removed, and the sessions that a removed
 * one opened end in the same transaction.
 */

import type { AccountNoticeKind } from '../../lib/contract/account.ts';
import type { Ceremony, CeremonyFinish } from '../../lib/contract/identity.ts';
import { AppError } from '../http/app-error.ts';
import { authenticatorNames } from './aaguids.table.ts';
import type { Ceremonies } from './ceremonies.ts';
import type { Caller } from './families.ts';
import { randomText } from './keyring.ts';
import { ceremonyFailed, type PasskeyCheckDeps } from './passkey-check.ts';
import type { Principal } from './principal.ts';
import type { CredentialRecord } from './records.ts';
import { type RevocationView, revocationExpiresAt } from './revocation-view.ts';
import { sessionBinding } from './step-up.ts';
import { type NewCredential, registrationSchema } from './webauthn.ts';

export interface DeviceDeps extends PasskeyCheckDeps {
  ceremonies: Ceremonies;
  view: RevocationView;
}

/** A person has a handful; a thief who adds many is stopped. */
export const devicesMax = 20;

export function createDevices(deps: DeviceDeps) {
  return {
    begin: (principal: Principal, caller: Caller) => begin(deps, principal, caller),
    /** @throws AppError `ceremony_failed`; `conflict` where the operator has `devicesMax` already */
    finish: (principal: Principal, body: CeremonyFinish & { name?: string }, caller: Caller) =>
      finish(deps, principal, body, caller),
    /** @throws AppError `not_found` where it is not one of the operator's own */
    rename: (principal: Principal, device: { id: string; name: string }, caller: Caller) =>
      rename(deps, principal, device, caller),
    /** One of the operator's own. @throws AppError `not_found`, `last_device` */
    removeOwn: (principal: Principal, deviceId: string, caller: Caller) =>
      remove(deps, principal, { deviceId, operatorId: principal.operatorId }, caller),
    /** Anybody's. @throws AppError `not_found`, `last_device` */
    removeAny: (principal: Principal, deviceId: string, caller: Caller) =>
      remove(deps, principal, { deviceId, operatorId: undefined }, caller),
  };
}

/** A passkey as it is stored when it is new. Named after its maker unless its owner has named it. */
export function newDevice(
  passkey: NewCredential,
  owner: { operatorId: string; rpId: string; name?: string | undefined; nowMs: number },
): CredentialRecord {
  return {
    ...passkey,
    deviceId: `dev_${randomText(16)}`,
    operatorId: owner.operatorId,
    rpId: owner.rpId,
    name: owner.name ?? authenticatorNames.get(passkey.aaguid) ?? 'Passkey',
    createdAt: owner.nowMs,
    lastUsedAt: owner.nowMs,
    cloneSuspectedAt: undefined,
    removedAt: undefined,
  };
}

async function begin(deps: DeviceDeps, principal: Principal, caller: Caller): Promise<Ceremony> {
  const { operatorId } = principal;
  const operator = await deps.store.findOperator(operatorId);
  if (operator === undefined) throw new AppError('not_found');
  const options = await deps.webauthn.registrationOptions(
    operator,
    await deps.store.listCredentials(operatorId),
  );
  const ceremony = { challenge: options.challenge, purpose: { type: 'device', operatorId } as const };
  const ceremonyId = deps.ceremonies.begin(ceremony, sessionBinding(principal), caller.address);
  return { ceremonyId, options: { ...options } };
}

async function finish(
  deps: DeviceDeps,
  principal: Principal,
  body: CeremonyFinish & { name?: string },
  caller: Caller,
): Promise<CredentialRecord> {
  const { operatorId } = principal;
  const passkey = await checkRegistration(deps, 'device', body, { principal, caller });
  const nowMs = deps.clock.now();
  const { rpId } = deps.webauthn;
  const credential = newDevice(passkey, { operatorId, rpId, name: body.name, nowMs });
  const { deviceId, name } = credential;
  const outcome = await deps.store.addDevice({
    credential,
    devicesMax,
    audit: entryOf(deps, 'device.added', { principal, target: deviceId, caller, detail: { name } }),
  });
  if (outcome === 'refused') {
    throw new AppError('conflict', {
      public: `An operator may have ${devicesMax} passkeys; remove one first.`,
    });
  }
  if (outcome === 'credential_taken') {
    const internal = 'credential id is taken';
    throw ceremonyFailed(deps, { reason: 'device.credential_taken', internal, caller, actor: operatorId });
  }
  tell(deps, operatorId, 'device_added', { subject: name, principal, caller });
  return credential;
}

/** The new passkey that an answer proves, for a ceremony of this session. @throws AppError `ceremony_failed` */
export async function checkRegistration(
  deps: PasskeyCheckDeps & { ceremonies: Ceremonies },
  area: 'device' | 'enrol',
  body: CeremonyFinish,
  { principal, caller }: { principal: Principal; caller: Caller },
): Promise<NewCredential> {
  const fail = (reason: string, internal: string) =>
    ceremonyFailed(deps, { reason: `${area}.${reason}`, internal, caller, actor: principal.operatorId });
  const ceremony = deps.ceremonies.take(body.ceremonyId, area, sessionBinding(principal));
  if (ceremony === undefined) throw fail('ceremony', 'no such open ceremony of this session');
  const answer = registrationSchema.safeParse(body.response);
  if (!answer.success) throw fail('shape', 'not a registration');
  const verdict = await deps.webauthn.verifyRegistration(answer.data, ceremony.challenge);
  if (verdict.kind === 'invalid') throw fail('passkey', verdict.internal);
  return verdict.credential;
}

async function rename(
  deps: DeviceDeps,
  principal: Principal,
  { id, name }: { id: string; name: string },
  caller: Caller,
): Promise<void> {
  const { operatorId } = principal;
  const audit = entryOf(deps, 'device.renamed', { principal, target: id, caller, detail: { name } });
  const known = await deps.store.renameDevice({ operatorId, deviceId: id, name, audit });
  if (!known) throw foreign(deps, principal, id, caller);
}

async function remove(
  deps: DeviceDeps,
  principal: Principal,
  { deviceId, operatorId }: { deviceId: string; operatorId: string | undefined },
  caller: Caller,
): Promise<void> {
  const nowMs = deps.clock.now();
  const removed = await deps.store.removeDevice({
    operatorId,
    deviceId,
    nowMs,
    revocationExpiresAt: revocationExpiresAt(nowMs),
    audit: entryOf(deps, 'device.removed', { principal, target: deviceId, caller, detail: {} }),
  });
  if (removed.kind === 'unknown') throw foreign(deps, principal, deviceId, caller);
  if (removed.kind === 'last') throw new AppError('last_device');
  for (const revocation of removed.revocations) deps.view.add(revocation);
  tell(deps, removed.operatorId, 'device_removed', { subject: removed.name, principal, caller });
}

/** Somebody else's device is as unknown as none; that it was asked for is remembered. */
function foreign(deps: DeviceDeps, principal: Principal, deviceId: string, caller: Caller): AppError {
  deps.refusals.record({
    action: 'access.refused',
    address: caller.address,
    reason: 'foreign_device',
    actor: principal.operatorId,
    target: deviceId,
  });
  return new AppError('not_found');
}

interface Change {
  principal: Principal;
  target: string;
  caller: Caller;
  detail: Record<string, string>;
}

function entryOf(
  deps: DeviceDeps,
  action: 'device.added' | 'device.renamed' | 'device.removed',
  { principal, target, caller, detail }: Change,
) {
  return {
    at: deps.clock.now(),
    actor: principal.operatorId,
    action,
    target,
    outcome: 'done',
    address: caller.address,
    detail: {
      ...detail,
      operatorId: principal.operatorId,
      sessionId: principal.familyId,
      userAgent: caller.userAgent,
    },
  } as const;
}

function tell(
  deps: DeviceDeps,
  operatorId: string,
  what: AccountNoticeKind,
  { subject, principal, caller }: { subject: string; principal: Principal; caller: Caller },
): void {
  const { familyId: sessionId } = principal;
  deps.notices.tell(operatorId, {
    at: deps.clock.now(),
    what,
    address: caller.address,
    sessionId,
    subject,
  });
}

export type Devices = ReturnType<typeof createDevices>;
