/** What is kept of operators, their passkeys and links. Times are ms since the epoch; hashes are base64url text. */

import type { OperatorRole } from '../../lib/contract/operators.ts';

export interface OperatorRecord {
  /** `opr_…` */
  id: string;
  name: string;
  /** 32 random bytes: what authenticators know the operator by. */
  userHandle: Uint8Array;
  createdAt: number;
  disabledAt: number | undefined;
  role: OperatorRole;
  team: string;
  clearance: number;
}

export interface CredentialRecord {
  /** WebAuthn credential id, base64url; unique over all operators. */
  id: string;
  /** `dev_…`: how people, addresses of the API and the audit name it. */
  deviceId: string;
  operatorId: string;
  /** COSE key. */
  publicKey: Uint8Array;
  counter: number;
  transports: string[];
  backupEligible: boolean;
  backedUp: boolean;
  /** UUID text; all zero where the authenticator does not say. */
  aaguid: string;
  /** Host name that the passkey belongs to. */
  rpId: string;
  name: string;
  createdAt: number;
  lastUsedAt: number | undefined;
  /** When a signature counter ran backwards: perhaps a copy of this key exists. */
  cloneSuspectedAt: number | undefined;
  /** Opens nothing any more, and is forgotten some time later. */
  removedAt: number | undefined;
}

export interface SetupLinkRecord {
  tokenSha256: string;
  createdAt: number;
  expiresAt: number;
  usedAt: number | undefined;
}

/** Who holds a token family: an operator, a caller, or a machine, which is its own client. */
export interface FamilyHolder {
  id: string;
  name: string;
  /** Also where the client of the family was revoked. */
  disabledAt: number | undefined;
}

export interface IdentityAuditEntry {
  at: number;
  /** `opr_…`, or `anonymous`. */
  actor: string;
  action:
    | 'setup.link_created'
    | 'setup.completed'
    | 'session.opened'
    | 'session.ended'
    | 'session.reuse_detected'
    | 'session.refresh_refused'
    | 'credential.clone_suspected'
    | 'session.stepped_up'
    | 'device.added'
    | 'device.renamed'
    | 'device.removed'
    | 'recovery.codes_created'
    | 'recovery.link_created'
    | 'recovery.link_revoked'
    | 'recovery.opened'
    | 'recovery.enrolled'
    | 'ceremony.failed'
    | 'access.refused'
    | 'access.denied'
    | 'invite.accepted'
    | 'token.revoked'
    | 'tokens.revoked'
    | 'signing_key.rotated'
    | 'signing_key.replaced';
  /** Id of what it was done to. */
  target: string;
  outcome: 'done' | 'refused';
  address: string;
  /** Plain facts, never secrets. */
  detail: Record<string, string | number | boolean>;
}
