/**
 * What the token service needs from storage beside IdentityStore: clients, callers and authorization codes. The rules
 * are the same: each verb is one transaction with its audit entries in it; hashes only; times are ms since the epoch.
 */

import type { Acr, CallerAccount, ClientDraft, OAuthClient } from '../../lib/contract/oauth.ts';
import type { Revocation } from '../../lib/contract/revocation.ts';
import type { FamilyEndReason, TokenFamily } from '../../lib/identity/token-family.ts';
import type { CredentialRecord } from '../identity/records.ts';

/** Who acts: an operator, or a client on its own behalf. */
export interface OAuthActor {
  /** `opr_…` or `cli_…` */
  id: string;
  name: string;
  address: string;
}

/** A secret that was made outside storage: what of it is kept. */
export interface SecretDraft {
  id: string;
  prefix: string;
  secretSha256: string;
}

export interface ClientStore {
  /** Newest first, revoked ones too. */
  listClients(): Promise<OAuthClient[]>;
  /** A live client. */
  findClient(clientId: string): Promise<OAuthClient | undefined>;
  /** Origins of the redirect URIs of live public clients: where their pages call from. */
  listAppOrigins(): Promise<string[]>;
  /** The live client with this live secret; remembers when both were used, to the minute. */
  findClientBySecret(clientId: string, secretSha256: string): Promise<OAuthClient | undefined>;
  /** `full` at the limit of live clients. */
  createClient(creation: {
    id: string;
    draft: ClientDraft;
    secret: SecretDraft | undefined;
    actor: OAuthActor;
  }): Promise<OAuthClient | 'full'>;
  /** All but the kind, which secrets and grants hang on; undefined where there is no such live client of this kind. */
  updateClient(change: {
    clientId: string;
    draft: ClientDraft;
    actor: OAuthActor;
  }): Promise<OAuthClient | undefined>;
  /** `unknown` for revoked and public ones too; `full` where two secrets live. */
  addSecret(addition: {
    clientId: string;
    secret: SecretDraft;
    actor: OAuthActor;
  }): Promise<OAuthClient | 'unknown' | 'full'>;
  revokeSecret(end: { clientId: string; secretId: string; actor: OAuthActor }): Promise<boolean>;
  /** Ends the client, its secrets and its families, and stores the revocation. */
  revokeClient(end: {
    clientId: string;
    reason: FamilyEndReason;
    revocation: Revocation;
    actor: OAuthActor;
  }): Promise<boolean>;
}

/** A passkey of a caller. */
export type CallerCredential = Omit<CredentialRecord, 'operatorId' | 'deviceId' | 'name' | 'removedAt'> & {
  callerId: string;
};

export interface CallerRecord {
  /** `cal_…` */
  id: string;
  name: string;
  userHandle: Uint8Array;
  createdAt: number;
  createdBy: string;
  disabledAt: number | undefined;
}

export interface CallerLink {
  tokenSha256: string;
  callerId: string;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
}

export interface CallerStore {
  /** Newest first. */
  listCallers(): Promise<CallerAccount[]>;
  findCaller(callerId: string): Promise<CallerRecord | undefined>;
  /** `full` at the limit. */
  createCaller(creation: {
    caller: CallerRecord;
    link: CallerLink;
    actor: OAuthActor;
  }): Promise<CallerAccount | 'full'>;
  /** Voids the caller's other links. */
  replaceLink(replacement: { link: CallerLink; actor: OAuthActor }): Promise<CallerAccount | undefined>;
  /** The caller that an open link is for, and its passkeys. */
  findLink(
    tokenSha256: string,
    nowMs: number,
  ): Promise<
    { caller: CallerRecord; credentials: Pick<CallerCredential, 'id' | 'transports'>[] } | undefined
  >;
  /** Uses the link and stores the passkey; `void` unless the link is open, its caller enabled. */
  enrolCaller(enrolment: {
    tokenSha256: string;
    credential: CallerCredential;
    nowMs: number;
    address: string;
  }): Promise<'enrolled' | 'void' | 'credential_taken'>;
  findCallerCredential(
    credentialId: string,
  ): Promise<{ credential: CallerCredential; caller: CallerRecord } | undefined>;
  /** Compare-and-swap of the counter. `refused` where passkey or caller is gone or disabled. */
  recordCallerUse(use: {
    credentialId: string;
    expectedCounter: number;
    newCounter: number;
    backedUp: boolean;
    nowMs: number;
  }): Promise<'done' | 'counter_moved' | 'refused'>;
  flagClonedCaller(credentialId: string, atMs: number, address: string): Promise<void>;
  /**
   * Disables the caller, ending families and links, where a revocation is given; enables it otherwise.
   * @returns false where there is no such caller in the other state
   */
  setCallerDisabled(change: {
    callerId: string;
    at: number;
    revocation: Revocation | undefined;
    actor: OAuthActor;
  }): Promise<boolean>;
}

export interface AuthorizationCode {
  codeSha256: string;
  clientId: string;
  callerId: string;
  credentialId: string;
  redirectUri: string;
  codeChallenge: string;
  dpopJkt: string | undefined;
  scope: string;
  audience: string[];
  acr: Acr;
  authenticatedAt: number;
  expiresAt: number;
}

export type TakenCode =
  | { kind: 'taken'; code: AuthorizationCode }
  /** Shown before: the family that came of it, if one did. */
  | { kind: 'reused'; family: Pick<TokenFamily, 'id' | 'subjectId'> | undefined }
  | { kind: 'unknown' };

export interface GrantStore {
  /** @param from where the person was, for the audit */
  addCode(code: AuthorizationCode, from: { address: string; userAgent: string }): Promise<void>;
  /** Takes the code for good, whatever comes of it. Only the client that it was made for can. */
  takeCode(codeSha256: string, clientId: string, nowMs: number): Promise<TakenCode>;
  /** Stores the family that came of a code; false where code, client or caller came to an end meanwhile. */
  openFamily(opening: { codeSha256: string; family: TokenFamily }): Promise<boolean>;
  /**
   * The live family of this machine and key, or this new one. Counts one more token in it.
   * @returns the family that is stored; undefined where the client was revoked meanwhile
   */
  machineFamily(family: TokenFamily, nowMs: number): Promise<TokenFamily | undefined>;
}

export interface OAuthStore extends ClientStore, CallerStore, GrantStore {}
