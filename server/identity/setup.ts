/**
 * The first operator. While none exists, each start makes a one-time link whose token travels in the URL's fragment,
 * so that no log and no Referer sees it; only its hash is stored. Redeeming it creates operator, passkey and session
 * in one transaction, after which every setup link is void for ever.
 */

import type { Ceremony, CeremonyFinish, SetupBegin } from '../../lib/contract/identity.ts';
import { clearanceByRole } from '../../lib/contract/operators.ts';
import { AppError } from '../http/app-error.ts';
import type { BrowserBinding, Ceremonies, OpenCeremony } from './ceremonies.ts';
import { newDevice } from './devices.ts';
import type { Caller } from './families.ts';
import { randomText, sha256Text } from './keyring.ts';
import type { CredentialRecord, IdentityAuditEntry, OperatorRecord } from './records.ts';
import type { RefusalTrail } from './refusal-trail.ts';
import type { OpenedSession, Sessions } from './sessions.ts';
import type { IdentityStore } from './store.ts';
import { type NewCredential, registrationSchema, type Webauthn } from './webauthn.ts';

export const setupLinkLifetimeMs = 60 * 60 * 1000;

export interface SetupDeps {
  store: IdentityStore;
  ceremonies: Ceremonies;
  webauthn: Webauthn;
  sessions: Sessions;
  refusals: RefusalTrail;
  publicOrigin: string;
  clock: { now(): number };
}

type SetupPurpose = OpenCeremony<Extract<OpenCeremony['purpose'], { type: 'setup' }>>['purpose'];

export function createSetup(deps: SetupDeps) {
  // Operators are never deleted, so once this is false it stays so.
  let mayBeNeeded = true;

  async function isNeeded(): Promise<boolean> {
    if (mayBeNeeded) mayBeNeeded = !(await deps.store.operatorExists());
    return mayBeNeeded;
  }

  return {
    isNeeded,
    /** The link to print, which voids older ones; undefined once an operator exists. */
    createLink: () => createLink(deps),

    /** @throws AppError `not_found` where no such link is open */
    async begin(body: SetupBegin, binding: BrowserBinding, caller: Caller): Promise<Ceremony> {
      if (!(await isNeeded())) throw closed(deps, caller);
      return begin(deps, body, binding, caller);
    },

    /** @throws AppError `ceremony_failed`; `not_found` where the link was used or ran out meanwhile */
    async finish(body: CeremonyFinish, binding: BrowserBinding, caller: Caller): Promise<OpenedSession> {
      if (!(await isNeeded())) throw closed(deps, caller);
      return finish(deps, body, binding, caller);
    },
  };
}

async function createLink(deps: SetupDeps): Promise<string | undefined> {
  const at = deps.clock.now();
  const token = randomText(32);
  const link = {
    tokenSha256: sha256Text(token),
    createdAt: at,
    expiresAt: at + setupLinkLifetimeMs,
    usedAt: undefined,
  };
  const outcome = await deps.store.replaceSetupLink(link, {
    at,
    actor: 'host',
    action: 'setup.link_created',
    target: 'setup',
    outcome: 'done',
    address: 'local',
    detail: { expiresAt: link.expiresAt },
  });
  return outcome === 'stored' ? `${deps.publicOrigin}/setup#token=${token}` : undefined;
}

async function begin(
  deps: SetupDeps,
  body: SetupBegin,
  binding: BrowserBinding,
  caller: Caller,
): Promise<Ceremony> {
  const tokenSha256 = sha256Text(body.token);
  const link = await deps.store.findSetupLink(tokenSha256);
  const isOpen = link !== undefined && link.usedAt === undefined && link.expiresAt > deps.clock.now();
  if (!isOpen) throw closed(deps, caller);
  const userHandle = crypto.getRandomValues(new Uint8Array(32));
  const options = await deps.webauthn.registrationOptions({ name: body.name, userHandle }, []);
  const purpose = { type: 'setup', tokenSha256, name: body.name, userHandle } as const;
  const ceremony = { challenge: options.challenge, purpose };
  return {
    ceremonyId: deps.ceremonies.begin(ceremony, binding, caller.address),
    options: { ...options },
  };
}

async function finish(
  deps: SetupDeps,
  body: CeremonyFinish,
  binding: BrowserBinding,
  caller: Caller,
): Promise<OpenedSession> {
  const ceremony = deps.ceremonies.take(body.ceremonyId, 'setup', binding);
  if (ceremony === undefined) throw failed(deps, 'ceremony', 'no such open ceremony of this browser', caller);
  const answer = registrationSchema.safeParse(body.response);
  if (!answer.success) throw failed(deps, 'shape', 'not a registration', caller);
  const verdict = await deps.webauthn.verifyRegistration(answer.data, ceremony.challenge);
  if (verdict.kind === 'invalid') throw failed(deps, 'passkey', verdict.internal, caller);
  return record(deps, ceremony.purpose, verdict.credential, { jkt: binding.jkt, caller });
}

async function record(
  deps: SetupDeps,
  purpose: SetupPurpose,
  passkey: NewCredential,
  opener: { jkt: string; caller: Caller },
): Promise<OpenedSession> {
  const nowMs = deps.clock.now();
  const operator: OperatorRecord = {
    id: `opr_${randomText(16)}`,
    name: purpose.name,
    userHandle: purpose.userHandle,
    createdAt: nowMs,
    disabledAt: undefined,
    role: 'owner',
    team: '',
    clearance: clearanceByRole.owner,
  };
  const credential = newDevice(passkey, { operatorId: operator.id, rpId: deps.webauthn.rpId, nowMs });
  const { family, token } = deps.sessions.draft({
    operatorId: operator.id,
    credentialId: credential.id,
    ...opener,
  });
  const audit = setupAudit({ operator, credential, familyId: family.id, caller: opener.caller, at: nowMs });
  const setup = { tokenSha256: purpose.tokenSha256, nowMs, operator, credential, family, audit };
  const outcome = await deps.store.createFirstOperator(setup);
  if (outcome === 'credential_taken') throw failed(deps, outcome, 'credential id is taken', opener.caller);
  if (outcome === 'void') throw closed(deps, opener.caller);
  return deps.sessions.grant(family, operator, token);
}

function closed(deps: SetupDeps, caller: Caller): AppError {
  deps.refusals.record({ action: 'ceremony.failed', address: caller.address, reason: 'setup.closed' });
  return new AppError('not_found', { internal: 'no open setup link' });
}

function failed(deps: SetupDeps, reason: string, internal: string, caller: Caller): AppError {
  deps.refusals.record({ action: 'ceremony.failed', address: caller.address, reason: `setup.${reason}` });
  return new AppError('ceremony_failed', { internal });
}

function setupAudit(done: {
  operator: OperatorRecord;
  credential: CredentialRecord;
  familyId: string;
  caller: Caller;
  at: number;
}): IdentityAuditEntry[] {
  const shared = {
    at: done.at,
    actor: done.operator.id,
    outcome: 'done',
    address: done.caller.address,
  } as const;
  const detail = { deviceId: done.credential.deviceId, userAgent: done.caller.userAgent };
  return [
    { ...shared, action: 'setup.completed', target: done.operator.id, detail },
    { ...shared, action: 'session.opened', target: done.familyId, detail },
  ];
}

export type Setup = ReturnType<typeof createSetup>;
