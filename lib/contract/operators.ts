/**
 * Operators and invitations, as the console speaks of them. Plain types only; bodies are parsed by operators.schema.ts.
 *
 *   GET    /api/operators                 -> Page<OperatorAccount>
 *   PATCH  /api/operators/{id}            OperatorChange -> OperatorAccount   step-up; 409 `last_owner`
 *   POST   /api/operators/{id}/disable    -> OperatorAccount   step-up; ends sessions, tokens and sockets at once
 *   POST   /api/operators/{id}/enable     -> OperatorAccount   step-up
 *   GET    /api/invites                   -> Page<Invite>
 *   POST   /api/invites                   InviteDraft -> InviteCreated   step-up; the only time the link is seen
 *   DELETE /api/invites/{id}              -> 204
 *   POST   /api/invite/begin              InviteBegin -> InviteCeremony   public, with a proof, as setup
 *   POST   /api/invite/finish             CeremonyFinish -> SessionGrant + refresh cookie
 *   GET    /api/me                        -> Me
 *
 * "Step-up": with the last use of a passkey more than five minutes ago the answer is 401 `step_up_required`
 * (RFC 9470) with the member `operation`, a text that names exactly what is to be confirmed.
 */

export type OperatorRole = 'owner' | 'analyst' | 'viewer';

export const operatorRoles = ['owner', 'analyst', 'viewer'] as const satisfies readonly OperatorRole[];

/** 0 (public) to 3 (secret): what is more sensitive than an operator's clearance is denied. */
export const clearanceMax = 3;
export const clearanceByRole: Record<OperatorRole, number> = { owner: 3, analyst: 2, viewer: 1 };
/** Longest team name, and longest note on an invite. */
export const teamCharsMax = 64;
export const inviteNoteCharsMax = 200;
/** An invite is open for two days. */
export const inviteLifetimeMs = 48 * 60 * 60 * 1000;
/** After this a passkey must be used again before a dangerous action (5 min). */
export const verificationMsMax = 5 * 60 * 1000;

export interface OperatorAccount {
  /** `opr_…` */
  id: string;
  name: string;
  role: OperatorRole;
  /** Empty where none. */
  team: string;
  /** 0 to `clearanceMax` */
  clearance: number;
  createdAt: number;
  /** Set while disabled. */
  disabledAt?: number;
  /** Passkeys and live sessions. */
  devices: number;
  sessions: number;
  /** When a live or ended session of theirs was last used. */
  lastSeenAt?: number;
  /** 0 (calm) to 100, from Tidegate's own engine: open findings about this operator. */
  risk: number;
}

/** What is left out stays. */
export interface OperatorChange {
  role?: OperatorRole | undefined;
  team?: string | undefined;
  clearance?: number | undefined;
}

export type InviteState = 'open' | 'used' | 'expired' | 'revoked';

export interface Invite {
  /** `inv_…` */
  id: string;
  role: OperatorRole;
  team: string;
  clearance: number;
  /** For whom, in the inviter's words. */
  note: string;
  state: InviteState;
  createdAt: number;
  createdByName: string;
  expiresAt: number;
  usedAt?: number;
  /** `opr_…` */
  usedBy?: string;
  revokedAt?: number;
}

export interface InviteDraft {
  role: OperatorRole;
  team: string;
  clearance: number;
  note: string;
}

export interface InviteCreated {
  invite: Invite;
  /** `PUBLIC_URL/invite#token=…` */
  link: string;
}

export interface InviteBegin {
  /** From the fragment of the link. */
  token: string;
  /** How the new operator is called. */
  name: string;
}

export interface InviteCeremony {
  ceremonyId: string;
  /** WebAuthn creation options as JSON. */
  options: Record<string, unknown>;
  /** What accepting makes of you. */
  role: OperatorRole;
  invitedBy: string;
}

/** `GET /api/me` */
export interface Me {
  id: string;
  name: string;
  role: OperatorRole;
  team: string;
  clearance: number;
  risk: number;
  /** Actions as they would be answered now, by name (`alert.update`): to show only what can be done. */
  may: Record<string, 'allow' | 'step_up' | 'deny'>;
}
