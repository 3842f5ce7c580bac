/**
 * A token family: all tokens that descend from one sign-in of an operator or a caller, as a state machine over values;
 * or all that a machine got for one key, which are access tokens only.
 * At any time exactly one token of a live family is current. Presenting it rotates the family; presenting any other
 * token that we once issued is reuse and ends the family, because two holders then share one session (RFC 9700 4.14.2).
 * The one exception is a lost answer: within ten seconds the immediate parent, shown with the same key, gets the
 * successor again. Storage applies a rotation by compare-and-swap on (id, seq, hash) and asks again when it lost.
 */

import type { Acr } from '../contract/oauth.ts';

/** A session ends this long after its sign-in, whatever happens in it. */
export const familyLifetimeMs = 7 * 24 * 60 * 60 * 1000;
/** A session that was not refreshed for this long has ended. */
export const familyIdleMs = 24 * 60 * 60 * 1000;
/** How long the immediate parent is answered with its successor again: a lost response, or two tabs at once. */
export const familyGraceMs = 10_000;

export type FamilyEndReason =
  | 'signed_out'
  | 'reuse'
  | 'superseded'
  | 'operator_disabled'
  /** The authorization code that it came of was shown twice. */
  | 'code_reuse'
  /** An operator ended it, or everything of its holder or client. */
  | 'revoked'
  /** The passkey that opened it was removed. */
  | 'device_removed'
  /** Its client gave it up (RFC 7009). */
  | 'returned';

/** The client of operators' own sessions in the console; the customer's clients are `cli_…`. */
export const consoleClientId = 'console';

export interface TokenFamily {
  /** `fam_…` */
  id: string;
  /** Who holds it: an operator `opr_…`, a caller `cal_…`, or a machine, which is its own client `cli_…`. */
  subjectId: string;
  /** `console`, or `cli_…`. Its tokens are of use to nobody else. */
  clientId: string;
  /** What its access tokens are for. */
  audience: string[];
  /** Scopes, with one space between; empty for operators, whose rights are decided at each request. */
  scope: string;
  /** How the person proved who they are; absent for operators and machines. */
  acr: Acr | undefined;
  /** The passkey that opened the session; absent for machines. */
  credentialId: string | undefined;
  /**
   * RFC 7638 thumbprint of the holder's key: every refresh needs a proof by it. Absent where the client may use bearer
   * tokens and has sent no proof.
   */
  jkt: string | undefined;
  status: 'live' | 'revoked';
  /** Number of the current token, 0 at sign-in. */
  seq: number;
  /** SHA-256 of the current token, base64url. */
  currentHash: string;
  /** The random part of the current token, base64url; with the server's key it gives the token again. */
  currentSalt: string;
  /** SHA-256 of the token before it, and when that was used; absent until the first rotation. */
  parentHash: string | undefined;
  parentUsedAt: number | undefined;
  /** When the person proved presence: the sign-in. */
  authenticatedAt: number;
  createdAt: number;
  lastUsedAt: number;
  expiresAt: number;
  revokedAt: number | undefined;
  revokedReason: FamilyEndReason | undefined;
  /** Where the session was opened: for people to recognise it, never for decisions. */
  userAgent: string;
  address: string;
}

/** A refresh token whose MAC was verified, so that we know that we issued it. */
export interface PresentedToken {
  seq: number;
  /** SHA-256 of the whole token, base64url. */
  hash: string;
}

export type RefreshVerdict =
  /** Replace the current token by number `nextSeq`, provided the family is still as it was read. */
  | { kind: 'rotate'; nextSeq: number }
  /** Give the current token again. */
  | { kind: 'reissue' }
  /** Revoke the family. */
  | { kind: 'reuse' }
  | { kind: 'refuse'; reason: 'revoked' | 'expired' | 'idle' | 'other_client' | 'other_key' };

/**
 * What a refresh must do. Ended families are refused first; then reuse is looked for before the key is, since a spent
 * token is a theft whoever shows it; a live token shown by another client or key is refused and harms nobody.
 */
export function judgeRefresh(
  family: TokenFamily,
  presented: PresentedToken,
  shownBy: { clientId: string; jkt: string | undefined },
  nowMs: number,
): RefreshVerdict {
  if (family.status === 'revoked') return { kind: 'refuse', reason: 'revoked' };
  if (nowMs >= family.expiresAt) return { kind: 'refuse', reason: 'expired' };
  if (nowMs - family.lastUsedAt >= familyIdleMs) return { kind: 'refuse', reason: 'idle' };

  const isCurrent = presented.seq === family.seq && presented.hash === family.currentHash;
  if (!isCurrent && !isParentInGrace(family, presented, nowMs)) return { kind: 'reuse' };
  if (shownBy.clientId !== family.clientId) return { kind: 'refuse', reason: 'other_client' };
  if (shownBy.jkt !== family.jkt) return { kind: 'refuse', reason: 'other_key' };
  return isCurrent ? { kind: 'rotate', nextSeq: family.seq + 1 } : { kind: 'reissue' };
}

function isParentInGrace(family: TokenFamily, presented: PresentedToken, nowMs: number): boolean {
  return (
    presented.seq === family.seq - 1 &&
    presented.hash === family.parentHash &&
    family.parentUsedAt !== undefined &&
    nowMs - family.parentUsedAt < familyGraceMs
  );
}

/** The family after a rotation. The end of the session stays where the sign-in put it. */
export function rotated(
  family: TokenFamily,
  successor: { seq: number; hash: string; salt: string },
  nowMs: number,
): TokenFamily {
  return {
    ...family,
    seq: successor.seq,
    currentHash: successor.hash,
    currentSalt: successor.salt,
    parentHash: family.currentHash,
    parentUsedAt: nowMs,
    lastUsedAt: nowMs,
  };
}

export function revoked(family: TokenFamily, reason: FamilyEndReason, nowMs: number): TokenFamily {
  return family.status === 'revoked'
    ? family
    : { ...family, status: 'revoked', revokedAt: nowMs, revokedReason: reason };
}
