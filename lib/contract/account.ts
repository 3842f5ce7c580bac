/**
 * What an operator sees and does about its own access: devices (passkeys), recovery, notices. Plain types only.
 * All calls are protected unless marked public. One that names an operation is dangerous: where the passkey was not
 * used in the last five minutes for this very operation it answers 401 `step_up_required` with the member `operation`;
 * run a step-up for it (identity.ts) and repeat the call with the new access token.
 *
 *   GET    /api/devices                 -> DeviceList
 *   POST   /api/devices/begin   {}      -> Ceremony          operation `device.add`
 *   POST   /api/devices/finish  DeviceFinish -> Device        the same operation: still fresh when it is made
 *   PATCH  /api/devices/{id}    DeviceName   -> Device
 *   DELETE /api/devices/{id}            -> 204               operation `device.remove <id>`; 409 `last_device`
 *   GET    /api/operator-devices?operatorId=&limit=&cursor=  -> Page<OperatorDevice>
 *   DELETE /api/operator-devices/{id}   -> 204               operation `operator_device.remove <id>`
 *
 *   GET    /api/recovery                -> RecoveryState
 *   POST   /api/recovery/codes  {}      -> RecoveryCodes     operation `recovery.create_codes`
 *   GET    /api/recovery/links          -> Page<RecoveryLink>
 *   POST   /api/recovery/links  RecoveryLinkDraft -> RecoveryLinkCreated  operation `recovery.create_link <operatorId>`
 *   DELETE /api/recovery/links/{id}     -> 204
 *   POST   /api/recovery/redeem RecoveryRedeem -> EnrolGrant          public; 404 whatever is wrong with the secret
 *   POST   /api/recovery/enrol/begin {} -> Ceremony          with the enrol token only; it is 403 everywhere else
 *   POST   /api/recovery/enrol/finish CeremonyFinish -> SessionGrant + refresh cookie
 *
 *   GET    /api/notices                 -> Page<AccountNotice>
 */

export interface Device {
  /** `dev_…` */
  id: string;
  /** Given by its owner; at first what its maker is called. */
  name: string;
  /** What the authenticator says it is, by its AAGUID; absent where it does not say. Shown, never believed. */
  authenticator?: string;
  createdAt: number;
  lastUsedAt?: number;
  /** Where it last signed in from. */
  lastAddress?: string;
  /** Whether the passkey may be copied between devices by its provider, or lives in this one only. */
  kind: 'synced' | 'device_bound';
  /** Whether a copy is kept by the provider now. */
  backedUp: boolean;
  /** Its signature counter ran backwards at this time: a copy of it may exist. */
  cloneSuspectedAt?: number;
  /** Sessions that it opened and that are live. */
  sessions: number;
  /** True for the one that opened this session. */
  current: boolean;
}

export interface DeviceList {
  items: Device[];
  /** A second device is advised: the only one cannot be replaced by itself. */
  addAnother: boolean;
  signal: PasskeySignal;
}

/**
 * For the browser's WebAuthn Signal API (`signalAllAcceptedCredentials`, `signalCurrentUserDetails`): what the
 * authenticator should still offer, and under which name. Fire and forget, never a control.
 */
export interface PasskeySignal {
  rpId: string;
  /** The user handle, base64url. */
  userId: string;
  allAcceptedCredentialIds: string[];
  name: string;
  displayName: string;
}

/** Member of the problem `ceremony_failed` where a removed passkey proved itself: for `signalUnknownCredential`. */
export interface UnknownCredential {
  rpId: string;
  credentialId: string;
}

export interface DeviceName {
  name: string;
}

export interface DeviceFinish {
  ceremonyId: string;
  /** The authenticator's answer as JSON. */
  response: Record<string, unknown>;
  /** Absent: named after its maker. */
  name?: string;
}

export interface OperatorDevice extends Device {
  operator: { id: string; name: string };
}

export interface RecoveryState {
  /** Unused codes; 0 where none were ever made. */
  codesLeft: number;
  codesCreatedAt?: number;
}

/** The only time the codes are seen; older ones are void. */
export interface RecoveryCodes {
  codes: string[];
  createdAt: number;
}

export interface RecoveryLinkDraft {
  operatorId: string;
}

export interface RecoveryLink {
  /** `rec_…` */
  id: string;
  operator: { id: string; name: string };
  /** Name of the operator who made it, or `host`. */
  createdBy: string;
  createdAt: number;
  expiresAt: number;
}

/** The only time the link is seen. */
export interface RecoveryLinkCreated {
  recovery: RecoveryLink;
  link: string;
}

/** One of the two: a code as it was written down (case, spaces and hyphens do not matter), or a link's token. */
export type RecoveryRedeem = { code: string } | { token: string };

/** May only enrol a new passkey, for ten minutes. */
export interface EnrolGrant {
  accessToken: string;
  expiresAt: number;
  operator: { id: string; name: string };
}

/** Something happened to the account that its owner should know. Also sent to its open consoles as it happens. */
export interface AccountNotice {
  at: number;
  what: AccountNoticeKind;
  address: string;
  /** `fam_…`: the session that did it; absent where none did. */
  sessionId?: string;
  /** The device, link or session concerned, in words. */
  subject: string;
}

export type AccountNoticeKind =
  | 'device_added'
  | 'device_removed'
  | 'clone_suspected'
  | 'recovery_codes_created'
  | 'recovery_link_created'
  | 'recovery_used'
  | 'recovery_enrolled'
  | 'session_opened'
  | 'session_reuse_detected';
