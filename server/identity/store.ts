/**
 * What identity needs from storage: the atomic verbs over the records of records.ts. Implemented in SQL in
 * server/storage/identity-store.ts. Each verb is one transaction, and writes the audit entries that it is given in
 * that same transaction, only if it changed something, so that neither exists without the other.
 * Times are ms since the epoch; hashes and salts are base64url text; "live" means status `live`.
 */

import type { Revocation } from '../../lib/contract/revocation.ts';
import type { FamilyEndReason, TokenFamily } from '../../lib/identity/token-family.ts';
import type { DeviceStore, RecoveryStore, SessionStore } from './account-store.ts';
import type {
  CredentialRecord,
  FamilyHolder,
  IdentityAuditEntry,
  OperatorRecord,
  SetupLinkRecord,
} from './records.ts';

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
