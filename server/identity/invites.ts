/**
 * Becoming an operator by invitation. The link's token travels in the URL's fragment, its hash alone is stored; it is
 * good once, for two days, for the role that it was made for. Whoever accepts makes a passkey and is signed in.
 */

import type { CeremonyFinish } from '../../lib/contract/identity.ts';
import type {
  InviteBegin,
  InviteCeremony,
  InviteCreated,
  InviteDraft,
} from '../../lib/contract/operators.ts';
import { AppError } from '../http/app-error.ts';
import type { Actor } from '../storage/alerts.ts';
import type { Invites } from '../storage/invites.ts';
import type { BrowserBinding, Ceremonies, OpenCeremony } from './ceremonies.ts';
import { newDevice } from './devices.ts';
import type { Caller } from './families.ts';
import { randomText, sha256Text } from './keyring.ts';
import type { IdentityAuditEntry } from './records.ts';
import type { RefusalTrail } from './refusal-trail.ts';
import type { OpenedSession, Sessions } from './sessions.ts';
import { registrationSchema, type Webauthn } from './webauthn.ts';

export interface InviteDeps {
  invites: Invites;
  ceremonies: Ceremonies;
  webauthn: Webauthn;
  sessions: Sessions;
  refusals: RefusalTrail;
  publicOrigin: string;
  clock: { now(): number };
}

type InvitePurpose = OpenCeremony<Extract<OpenCeremony['purpose'], { type: 'invite' }>>['purpose'];

export function createInvites(deps: InviteDeps) {
  return {
    /** The only time that the link is seen. */
    async create(draft: InviteDraft, actor: Actor): Promise<InviteCreated> {
      const token = randomText(32);
      const made = { ...draft, id: `inv_${randomText(16)}`, tokenSha256: sha256Text(token) };
      const invite = await deps.invites.create(made, actor);
      return { invite, link: `${deps.publicOrigin}/invite#token=${token}` };
    },
    /** @throws AppError `not_found` where no such invitation is open */
    begin: (body: InviteBegin, binding: BrowserBinding, caller: Caller) => begin(deps, body, binding, caller),
    /** @throws AppError `ceremony_failed`; `not_found` where it was used, revoked or ran out meanwhile */
    finish: (
      body: CeremonyFinish,
      binding: BrowserBinding,
      caller: Caller,
      previousCookie: string | undefined,
    ) => finish(deps, body, binding, caller, previousCookie),
  };
}

async function begin(
  deps: InviteDeps,
  body: InviteBegin,
  binding: BrowserBinding,
  caller: Caller,
): Promise<InviteCeremony> {
  const tokenSha256 = sha256Text(body.token);
  const invite = await deps.invites.findOpen(tokenSha256);
  if (invite === undefined) throw closed(deps, caller);
  const userHandle = crypto.getRandomValues(new Uint8Array(32));
  const options = await deps.webauthn.registrationOptions({ name: body.name, userHandle }, []);
  const purpose = { type: 'invite', tokenSha256, name: body.name, userHandle } as const;
  const ceremony = { challenge: options.challenge, purpose };
  return {
    ceremonyId: deps.ceremonies.begin(ceremony, binding, caller.address),
    options: { ...options },
    role: invite.role,
    invitedBy: invite.invitedBy,
  };
}

async function finish(
  deps: InviteDeps,
  body: CeremonyFinish,
  binding: BrowserBinding,
  caller: Caller,
  previousCookie: string | undefined,
): Promise<OpenedSession> {
  const ceremony = deps.ceremonies.take(body.ceremonyId, 'invite', binding);
  if (ceremony === undefined) throw failed(deps, 'ceremony', 'no such open ceremony of this browser', caller);
  const answer = registrationSchema.safeParse(body.response);
  if (!answer.success) throw failed(deps, 'shape', 'not a registration', caller);
  const verdict = await deps.webauthn.verifyRegistration(answer.data, ceremony.challenge);
  if (verdict.kind === 'invalid') throw failed(deps, 'passkey', verdict.internal, caller);

  const drafted = draftOperator(deps, ceremony.purpose);
  const { operator, nowMs } = drafted;
  const credential = newDevice(verdict.credential, {
    ...{ operatorId: operator.id, rpId: deps.webauthn.rpId, nowMs },
  });
  const opening = { operatorId: operator.id, credentialId: credential.id, jkt: binding.jkt, caller };
  const { family, token } = deps.sessions.draft(opening);
  const shared = { at: nowMs, actor: operator.id, outcome: 'done', address: caller.address } as const;
  const detail = { deviceId: credential.deviceId, userAgent: caller.userAgent };
  const audit: IdentityAuditEntry[] = [
    { ...shared, action: 'invite.accepted', target: operator.id, detail },
    { ...shared, action: 'session.opened', target: family.id, detail },
  ];
  const { tokenSha256 } = ceremony.purpose;
  const accepted = await deps.invites.accept({ tokenSha256, nowMs, operator, credential, family, audit });
  if (accepted === 'credential_taken') throw failed(deps, accepted, 'credential id is taken', caller);
  if (accepted === 'void') throw closed(deps, caller);
  await deps.sessions.supersede(previousCookie, caller);
  return deps.sessions.grant(family, accepted, token);
}

function draftOperator(deps: InviteDeps, { name, userHandle }: InvitePurpose) {
  const nowMs = deps.clock.now();
  const operator = { id: `opr_${randomText(16)}`, name, userHandle, createdAt: nowMs, disabledAt: undefined };
  return { operator, nowMs };
}

function closed(deps: InviteDeps, caller: Caller): AppError {
  deps.refusals.record({ action: 'ceremony.failed', address: caller.address, reason: 'invite.closed' });
  return new AppError('not_found', { internal: 'no open invitation' });
}

function failed(deps: InviteDeps, reason: string, internal: string, caller: Caller): AppError {
  deps.refusals.record({ action: 'ceremony.failed', address: caller.address, reason: `invite.${reason}` });
  return new AppError('ceremony_failed', { internal });
}
