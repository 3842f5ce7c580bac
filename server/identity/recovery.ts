/**
 * Getting back in without a passkey: by a code that was written down, or by a one-time link that an owner, or whoever
 * controls the host, made. Either opens a session that may enrol one new passkey within ten minutes and is refused
 * everywhere else; nobody who makes a link can enrol in another's name unseen, since the owner is told at each step.
 */

import { randomBytes } from 'node:crypto';
import type {
  EnrolGrant,
  RecoveryCodes,
  RecoveryLinkCreated,
  RecoveryRedeem,
} from '../../lib/contract/account.ts';
import type { Ceremony, CeremonyFinish } from '../../lib/contract/identity.ts';
import { readRecoveryCode, recoveryCode, recoveryCodeChars } from '../../lib/identity/recovery-code.ts';
import { AppError } from '../http/app-error.ts';
import type { AccessTokens } from './access-tokens.ts';
import { checkRegistration, type DeviceDeps, newDevice } from './devices.ts';
import type { Caller } from './families.ts';
import { randomText, sha256Text } from './keyring.ts';
import { ceremonyFailed } from './passkey-check.ts';
import type { Principal } from './principal.ts';
import type { IdentityAuditEntry } from './records.ts';
import { revocationExpiresAt } from './revocation-view.ts';
import { consoleAccess, type OpenedSession, type Sessions } from './sessions.ts';
import { sessionBinding } from './step-up.ts';

export interface RecoveryDeps extends DeviceDeps {
  sessions: Sessions;
  accessTokens: AccessTokens;
  publicOrigin: string;
}

export const recoveryCodesCount = 10;
export const recoveryLinkLifetimeMs = 24 * 60 * 60 * 1000;
export const enrolSessionLifetimeMs = 10 * 60 * 1000;

/** What making a link takes. */
export type LinkDeps = Pick<RecoveryDeps, 'notices' | 'publicOrigin' | 'clock'> & {
  store: Pick<RecoveryDeps['store'], 'addRecoveryLink' | 'findOperator'>;
};

/** Who makes a link: an operator, or `host`. */
export interface LinkMaker {
  id: string;
  name: string;
  address: string;
}

export function createRecovery(deps: RecoveryDeps) {
  return {
    state: (principal: Principal) => deps.store.recoveryState(principal.operatorId),
    createCodes: (principal: Principal, caller: Caller) => createCodes(deps, principal, caller),
    links: () => deps.store.listRecoveryLinks(deps.clock.now()),
    /** @throws AppError `not_found` where there is no such operator, or a disabled one */
    createLink: (operatorId: string, maker: LinkMaker) => createRecoveryLink(deps, operatorId, maker),
    /** @throws AppError `not_found` */
    removeLink: (id: string, maker: LinkMaker) => removeLink(deps, id, maker),
    /** @param jkt the browser's key. @throws AppError `not_found`, whatever is wrong with the secret */
    redeem: (secret: RecoveryRedeem, jkt: string, caller: Caller) => redeem(deps, secret, jkt, caller),
    /** @throws AppError `not_found` where the recovery has enrolled already */
    begin: (principal: Principal, caller: Caller) => begin(deps, principal, caller),
    /** @throws AppError `ceremony_failed`, `not_found` */
    finish: async (
      principal: Principal,
      body: CeremonyFinish,
      caller: Caller,
      previousCookie: string | undefined,
    ) => {
      const opened = await finish(deps, principal, body, caller);
      await deps.sessions.supersede(previousCookie, caller);
      return opened;
    },
  };
}

async function createCodes(deps: RecoveryDeps, principal: Principal, caller: Caller): Promise<RecoveryCodes> {
  const { operatorId, familyId: sessionId } = principal;
  const at = deps.clock.now();
  const codes = Array.from({ length: recoveryCodesCount }, () =>
    recoveryCode(randomBytes(recoveryCodeChars)),
  );
  const secrets = codes.map((code) => ({ id: `rec_${randomText(16)}`, secretSha256: hashOfCode(code) }));
  const detail = { count: codes.length, operatorId, sessionId };
  const audit = entry(at, caller, { actor: operatorId, target: operatorId, detail });
  await deps.store.replaceRecoveryCodes({
    operatorId,
    secrets,
    at,
    audit: { ...audit, action: 'recovery.codes_created' },
  });
  const subject = `${codes.length} codes`;
  deps.notices.tell(operatorId, {
    ...{ at, what: 'recovery_codes_created', address: caller.address, sessionId, subject },
  });
  return { codes, createdAt: at };
}

/** Also for a program on the host, which has no more than these. */
export async function createRecoveryLink(
  deps: LinkDeps,
  operatorId: string,
  maker: LinkMaker,
): Promise<RecoveryLinkCreated> {
  const at = deps.clock.now();
  const token = randomText(32);
  const id = `rec_${randomText(16)}`;
  const expiresAt = at + recoveryLinkLifetimeMs;
  const secretSha256 = sha256Text(token);
  const audit = entry(at, maker, { actor: maker.id, target: id, detail: { operatorId, expiresAt } });
  const outcome = await deps.store.addRecoveryLink({
    ...{ id, secretSha256, operatorId, createdBy: maker.name, at, expiresAt },
    audit: { ...audit, action: 'recovery.link_created' },
  });
  const operator = await deps.store.findOperator(operatorId);
  if (outcome === 'unknown' || operator === undefined) throw new AppError('not_found');
  const { address, name: subject } = maker;
  deps.notices.tell(operatorId, { at, what: 'recovery_link_created', address, subject });
  const recovery = {
    id,
    operator: { id: operatorId, name: operator.name },
    createdBy: maker.name,
    createdAt: at,
    expiresAt,
  };
  return { recovery, link: `${deps.publicOrigin}/recover#token=${token}` };
}

async function removeLink(deps: RecoveryDeps, id: string, maker: LinkMaker): Promise<void> {
  const audit = entry(deps.clock.now(), maker, { actor: maker.id, target: id, detail: {} });
  const removed = await deps.store.removeRecoveryLink(id, { ...audit, action: 'recovery.link_revoked' });
  if (!removed) throw new AppError('not_found');
}

async function redeem(
  deps: RecoveryDeps,
  secret: RecoveryRedeem,
  jkt: string,
  caller: Caller,
): Promise<EnrolGrant> {
  const secretSha256 = 'code' in secret ? hashOfCode(secret.code) : sha256Text(secret.token);
  const nowMs = deps.clock.now();
  const familyId = `fam_${randomText(16)}`;
  // Its actor and target are known once the secret is.
  const audit = entry(nowMs, caller, {
    actor: 'anonymous',
    target: familyId,
    detail: { userAgent: caller.userAgent },
  });
  const operator = await deps.store.openRecovery({
    ...{ secretSha256, familyId, nowMs },
    audit: { ...audit, action: 'recovery.opened' },
  });
  if (operator === undefined) {
    deps.refusals.record({ action: 'ceremony.failed', address: caller.address, reason: 'recovery.secret' });
    throw new AppError('not_found', { internal: 'no such recovery secret' });
  }
  const subject = 'code' in secret ? 'recovery code' : 'recovery link';
  const notice = { at: nowMs, what: 'recovery_used', address: caller.address, subject } as const;
  deps.notices.tell(operator.id, { ...notice, sessionId: familyId });
  const access = await deps.accessTokens.issue({
    ...consoleAccess,
    subjectId: operator.id,
    familyId,
    jkt,
    // No passkey was used: whatever asks how long ago that was hears "never".
    authAt: 0,
    expiresAt: nowMs + enrolSessionLifetimeMs,
    enrolOnly: true,
  });
  return {
    accessToken: access.token,
    expiresAt: access.expiresAt,
    operator: { id: operator.id, name: operator.name },
  };
}

async function begin(deps: RecoveryDeps, principal: Principal, caller: Caller): Promise<Ceremony> {
  const operator = await deps.store.findRecovery(principal.familyId);
  if (operator === undefined) throw new AppError('not_found', { internal: 'no open recovery' });
  const existing = await deps.store.listCredentials(operator.id);
  const options = await deps.webauthn.registrationOptions(operator, existing);
  const purpose = { type: 'enrol', operatorId: operator.id } as const;
  const ceremony = { challenge: options.challenge, purpose };
  const ceremonyId = deps.ceremonies.begin(ceremony, sessionBinding(principal), caller.address);
  return { ceremonyId, options: { ...options } };
}

async function finish(
  deps: RecoveryDeps,
  principal: Principal,
  body: CeremonyFinish,
  caller: Caller,
): Promise<OpenedSession> {
  const passkey = await checkRegistration(deps, 'enrol', body, { principal, caller });
  const operator = await deps.store.findRecovery(principal.familyId);
  if (operator === undefined) throw new AppError('not_found', { internal: 'no open recovery' });
  const nowMs = deps.clock.now();
  const owner = { operatorId: operator.id, rpId: deps.webauthn.rpId, nowMs };
  const credential = newDevice(passkey, owner);
  const opening = { operatorId: operator.id, credentialId: credential.id, jkt: principal.jkt, caller };
  const { family, token } = deps.sessions.draft(opening);
  const ended = { kind: 'family', subject: principal.familyId, at: nowMs } as const;
  const revocation = { ...ended, expiresAt: revocationExpiresAt(nowMs) };
  const detail = { operatorId: operator.id, sessionId: family.id, name: credential.name };
  const shared = entry(nowMs, caller, { actor: operator.id, target: credential.deviceId, detail });
  const outcome = await deps.store.completeRecovery({
    ...{ familyId: principal.familyId, nowMs, credential, family, revocation },
    audit: [
      { ...shared, action: 'recovery.enrolled' },
      { ...shared, action: 'session.opened', target: family.id },
    ],
  });
  if (outcome === 'credential_taken') {
    const internal = 'credential id is taken';
    throw ceremonyFailed(deps, { reason: 'enrol.credential_taken', internal, caller, actor: operator.id });
  }
  if (outcome === 'void') throw new AppError('not_found', { internal: 'the recovery has enrolled already' });
  deps.view.add(revocation);
  const notice = { at: nowMs, what: 'recovery_enrolled', address: caller.address } as const;
  deps.notices.tell(operator.id, { ...notice, sessionId: family.id, subject: credential.name });
  return deps.sessions.grant(family, operator, token);
}

/** A text that is no code hashes to something that no code does. */
function hashOfCode(text: string): string {
  return sha256Text(readRecoveryCode(text) ?? `not a code: ${text}`);
}

function entry(
  at: number,
  by: { address: string },
  what: Pick<IdentityAuditEntry, 'actor' | 'target' | 'detail'>,
) {
  return { at, ...what, outcome: 'done', address: by.address } as const;
}

export type Recovery = ReturnType<typeof createRecovery>;
