/**
 * What devices, step-up and recovery need from storage; a part of IdentityStore (store.ts), under its rules: each verb
 * is one transaction, and its audit entries are written in it, only where it changed something.
 * Implemented in server/storage/device-store.ts and server/storage/recovery-store.ts.
 */

import type { Page } from '../../lib/contract/console.ts';
import type { Revocation } from '../../lib/contract/revocation.ts';
import type {
  RevocationPreview,
  SessionDetail,
  SessionFilter,
  SessionSummary,
} from '../../lib/contract/sessions.ts';
import type { TokenFamily } from '../../lib/identity/token-family.ts';
import type { CredentialRecord, IdentityAuditEntry, OperatorRecord } from './records.ts';

/** A passkey as lists show it. */
export interface DeviceRow {
  credential: CredentialRecord;
  operator: { id: string; name: string };
  /** Live sessions that it opened. */
  sessions: number;
  lastAddress: string | undefined;
}

export interface DeviceStore {
  /** Passkeys of one operator that were not removed, oldest first. */
  listCredentials(operatorId: string): Promise<CredentialRecord[]>;
  /** For which sites there are passkeys, and how many. */
  countByRpId(): Promise<{ rpId: string; passkeys: number }[]>;
  /** Of one operator, or of all; oldest first. */
  listDevices(query: {
    operatorId?: string | undefined;
    nowMs: number;
    limit: number;
    after?: { at: number; id: string } | undefined;
  }): Promise<{ rows: DeviceRow[]; total: number }>;
  /** As `signIn`, but for the family, which is there already and must be live. */
  recordStepUp(use: {
    credentialId: string;
    familyId: string;
    expectedCounter: number;
    newCounter: number;
    backedUp: boolean;
    nowMs: number;
    audit: IdentityAuditEntry;
  }): Promise<'done' | 'counter_moved' | 'refused'>;
  /** `refused` where the operator is disabled or has `devicesMax` already. */
  addDevice(add: {
    credential: CredentialRecord;
    devicesMax: number;
    audit: IdentityAuditEntry;
  }): Promise<'added' | 'credential_taken' | 'refused'>;
  renameDevice(rename: {
    operatorId: string;
    deviceId: string;
    name: string;
    audit: IdentityAuditEntry;
  }): Promise<boolean>;
  /**
   * Removes the passkey and ends the live sessions that it opened. `last` where the operator has no other: serialised
   * by a lock on the operator, so that of two removals in parallel one is refused.
   * @param removal.operatorId absent: whoever it belongs to.
   */
  removeDevice(removal: {
    operatorId?: string | undefined;
    deviceId: string;
    nowMs: number;
    revocationExpiresAt: number;
    audit: IdentityAuditEntry;
  }): Promise<
    | { kind: 'removed'; operatorId: string; name: string; revocations: Revocation[] }
    | { kind: 'last' }
    | { kind: 'unknown' }
  >;
}

export interface RecoveryLinkRow {
  /** `rec_…` */
  id: string;
  operator: { id: string; name: string };
  createdBy: string;
  createdAt: number;
  expiresAt: number;
}

export interface RecoveryStore {
  /** Operators with this id or this name, in any case. */
  findOperatorsNamed(text: string): Promise<OperatorRecord[]>;
  recoveryState(operatorId: string): Promise<{ codesLeft: number; codesCreatedAt: number | undefined }>;
  /** Voids the codes that were there. */
  replaceRecoveryCodes(codes: {
    operatorId: string;
    secrets: { id: string; secretSha256: string }[];
    at: number;
    audit: IdentityAuditEntry;
  }): Promise<void>;
  /** Voids the operator's other links. `unknown` where there is no such operator, or a disabled one. */
  addRecoveryLink(link: {
    id: string;
    secretSha256: string;
    operatorId: string;
    createdBy: string;
    at: number;
    expiresAt: number;
    audit: IdentityAuditEntry;
  }): Promise<'added' | 'unknown'>;
  /** Unused and unexpired ones, newest first. */
  listRecoveryLinks(nowMs: number): Promise<RecoveryLinkRow[]>;
  removeRecoveryLink(id: string, audit: IdentityAuditEntry): Promise<boolean>;
  /**
   * Uses the secret, once, for this enrol-only session. Undefined where it is unknown, used or expired, or its operator
   * is disabled. The entry's actor and target become the operator's id.
   */
  openRecovery(opening: {
    secretSha256: string;
    familyId: string;
    nowMs: number;
    audit: IdentityAuditEntry;
  }): Promise<OperatorRecord | undefined>;
  /** The operator whose recovery this enrol-only session is; undefined once it has enrolled. */
  findRecovery(familyId: string): Promise<OperatorRecord | undefined>;
  /** Stores passkey and session, and ends the enrol-only session; once. */
  completeRecovery(completion: {
    familyId: string;
    nowMs: number;
    credential: CredentialRecord;
    family: TokenFamily;
    revocation: Revocation;
    audit: IdentityAuditEntry[];
  }): Promise<'enrolled' | 'void' | 'credential_taken'>;
}

/** What the API can filter by, and one family by its id. */
export type FamilyFilter = SessionFilter & { familyId?: string };

/** What is known about sessions outside the database. */
export interface SessionFacts {
  nowMs: number;
  /** Risk of a holder, 0 to 100, and the holders with at least so much. */
  riskOf: (holderId: string) => number;
  atRisk: (riskMin: number) => string[];
  /** `fam_…`: the session that asks. */
  currentId: string;
}

export interface SessionStore {
  /** Last used first. */
  listSessions(
    query: SessionFilter & { limit: number; cursor?: string | undefined },
    facts: SessionFacts,
  ): Promise<Page<SessionSummary>>;
  findSession(id: string, facts: SessionFacts): Promise<SessionDetail | undefined>;
  /** Live ones only. */
  countSessions(filter: FamilyFilter, facts: SessionFacts): Promise<Omit<RevocationPreview, 'operation'>>;
  /** Ends the live sessions that a filter means, or none where they are more than `familiesMax`. */
  revokeFiltered(end: {
    filter: SessionFilter;
    facts: SessionFacts;
    familiesMax: number;
    nowMs: number;
    revocationExpiresAt: number;
    audit: IdentityAuditEntry;
  }): Promise<Revocation[] | 'too_many'>;
}
