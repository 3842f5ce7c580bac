/**
 * Token administration: sessions (token families) of operators and of the customer's API callers. Plain types only.
 * Only metadata leaves: no token, no hash, no key. What an operator may not see answers 404.
 *
 *   GET    /api/sessions?SessionFilter&limit=&cursor=  -> Page<SessionSummary>, newest use first
 *   GET    /api/sessions/{id}                          -> SessionDetail
 *   DELETE /api/sessions/{id}                          -> SessionsRevoked   operation `session.revoke family:<id>`
 *   POST   /api/sessions/preview  RevocationTarget     -> RevocationPreview  changes nothing
 *   POST   /api/sessions/revoke   RevocationTarget     -> SessionsRevoked    operation: the preview's `operation`
 *
 * One's own session needs no step-up to end. A filter ends at most 10,000 sessions at once (409 `conflict` beyond).
 */

/** Who holds a session: an operator in the console, a person calling the customer's API, or a machine. */
export type HolderKind = 'operator' | 'user' | 'client';

export type SessionStatus = 'live' | 'expired' | 'revoked';

export interface SessionSummary {
  /** `fam_…` */
  id: string;
  holder: { kind: HolderKind; id: string; name: string };
  /** The OAuth client that the session belongs to; absent for operators. */
  client?: { id: string; name: string };
  /** The passkey that opened it; absent for machines. Its id (`dev_…`) only where it is an operator's. */
  device?: { id?: string; name: string };
  address: string;
  userAgent: string;
  createdAt: number;
  lastUsedAt: number;
  expiresAt: number;
  status: SessionStatus;
  revokedAt?: number;
  revokedReason?: string;
  /** Refresh tokens issued after the first. */
  rotations: number;
  /** 0 calm … 100 alarming; `riskReasons` says why, in words. */
  risk: number;
  riskReasons: string[];
  /** True for the session that asks. */
  current: boolean;
}

export type TokenEventKind = 'issued' | 'rotated' | 'reused' | 'revoked';

/** One line of a session's life; the newest 200 are kept. */
export interface TokenEvent {
  at: number;
  kind: TokenEventKind;
  /** Number of the refresh token, 0 at the start. */
  seq: number;
  /** Where from; absent for an end. */
  address?: string;
  /** Why it was revoked. */
  reason?: string;
}

export interface SessionDetail {
  session: SessionSummary;
  timeline: TokenEvent[];
}

/** Each narrows; absent fields do not matter. */
export interface SessionFilter {
  holder?: HolderKind;
  operatorId?: string;
  /** `cal_…` */
  user?: string;
  clientId?: string;
  deviceId?: string;
  address?: string;
  status?: SessionStatus;
  /** At least this risk. */
  riskMin?: number;
  /** Last used before this time, ms since the epoch. */
  unusedSince?: number;
  /** Part of the holder's name, the address or the browser. */
  text?: string;
  /** Ids of holders, clients and passkeys, and addresses, whose sessions are left out. */
  without?: string[];
}

export type RevocationTarget =
  /** One access token, by its `jti`. */
  | { kind: 'token'; tokenId: string }
  | { kind: 'family'; id: string }
  | { kind: 'operator'; id: string }
  /** A person who calls the customer's API, `cal_…`. */
  | { kind: 'user'; id: string }
  | { kind: 'client'; id: string }
  | { kind: 'filter'; filter: SessionFilter }
  | { kind: 'everything' };

/** The blast radius. */
export interface RevocationPreview {
  /** Name this operation in the step-up; it changes with the target, so that one cannot be confirmed for another. */
  operation: string;
  families: number;
  operators: number;
  users: number;
  clients: number;
  /** The session that asks is among them: revoking signs it out. */
  includesCurrent: boolean;
}

export interface SessionsRevoked {
  families: number;
}
