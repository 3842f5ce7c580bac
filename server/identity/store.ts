/**
 * What identity needs from storage: records, and the atomic verbs over them. Implemented in SQL in
 * server/storage/identity-store.ts. Each verb is one transaction, and writes the audit entries that it is given in
 * that same transaction, only if it changed something, so that neither exists without the other.
 * Times are ms since the epoch; hashes and salts are base64url text; "live" means status `live`.
 */

import type { OperatorRole } from '../../lib/contract/operators.ts';
import type { Revocation } from '../../lib/contract/revocation.ts';
import type { FamilyEndReason, TokenFamily } from '../../lib/identity/token-family.ts';
import type { DeviceStore, RecoveryStore, SessionStore } from './account-store.ts';

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

export interface IdentityStore extends DeviceStore, RecoveryStore, SessionStore {
  operatorExists(): Promise<boolean>;
  findOperator(operatorId: string): Promise<OperatorRecord | undefined>;

  /** Deletes every other link and stores this one; nothing is stored once an operator exists. */
  replaceSetupLink(link: SetupLinkRecord, audit: IdentityAuditEntry): Promise<'stored' | 'operator_exists'>;
  findSetupLink(tokenSha256: string): Promise<SetupLinkRecord | undefined>;
  /**
   * Uses the link and creates operator, passkey and session, all or nothing. `void` unless the link is unused and
   * unexpired at `nowMs` and no operator exists: serialised (lock), so that of any number in parallel, with any links,
   * one wins. All links are deleted then.
   */
  createFirstOperator(setup: {
    tokenSha256: string;
    nowMs: number;
    operator: OperatorRecord;
    credential: CredentialRecord;
    family: TokenFamily;
    audit: IdentityAuditEntry[];
  }): Promise<'created' | 'void' | 'credential_taken'>;

  findCredential(
    credentialId: string,
  ): Promise<{ credential: CredentialRecord; operator: OperatorRecord } | undefined>;
  /**
   * Compare-and-swap of the counter, new `backedUp` and `lastUsedAt`, and the new session. `counter_moved` where the
   * stored counter is not `expectedCounter`; `refused` where the credential is gone or its operator is disabled.
   */
  signIn(signIn: {
    credentialId: string;
    expectedCounter: number;
    newCounter: number;
    backedUp: boolean;
    nowMs: number;
    family: TokenFamily;
    audit: IdentityAuditEntry;
  }): Promise<'signed_in' | 'counter_moved' | 'refused'>;
  flagClonedCredential(credentialId: string, atMs: number, audit: IdentityAuditEntry): Promise<void>;

  findFamily(familyId: string): Promise<{ family: TokenFamily; holder: FamilyHolder } | undefined>;
  /**
   * One UPDATE ... WHERE id, status live, current seq and hash as expected: sets seq, hash, salt, parent hash (the
   * expected one), parentUsedAt and lastUsedAt = nowMs. False where nothing matched.
   */
  rotateFamily(rotation: {
    familyId: string;
    expectedSeq: number;
    expectedHash: string;
    successor: { seq: number; hash: string; salt: string };
    nowMs: number;
    /** Where it was used from. */
    address: string;
  }): Promise<boolean>;
  /** Ends a live family and stores the revocation. False, and no audit, where it was not live. */
  revokeFamily(end: {
    familyId: string;
    reason: FamilyEndReason;
    revocation: Revocation;
    audit: IdentityAuditEntry;
  }): Promise<boolean>;

  /**
   * Stores a revocation, and ends the live families that it covers: those of its subject, of its client, or all. The
   * later `at` wins for the same kind and subject. @returns how many families it ended
   */
  addRevocation(revocation: Revocation, reason: FamilyEndReason, audit: IdentityAuditEntry): Promise<number>;
  /** Those whose `expiresAt` is after `nowMs`. */
  loadRevocations(nowMs: number): Promise<Revocation[]>;

  appendAudit(entries: IdentityAuditEntry[]): Promise<void>;
}
