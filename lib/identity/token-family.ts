/**
 * A token family: all refresh tokens that descend from one sign-in, as a state machine over values.
 * At any time exactly one token of a live family is current. Presenting it rotates the family; presenting any other
 * token that we once issued is reuse and ends the family, because two holders then share one session (RFC 9700 4.14.2).
 * The one exception is a lost answer: within ten seconds the immediate parent, shown with the same key, gets the
 * successor again. Storage applies a rotation by compare-and-swap on (id, seq, hash) and asks again when it lost.
 */

/** A session ends this long after its sign-in, whatever happens in it. */
export const familyLifetimeMs = 7 * 24 * 60 * 60 * 1000;
/** A session that was not refreshed for this long has ended. */
export const familyIdleMs = 24 * 60 * 60 * 1000;
/** How long the immediate parent is answered with its successor again: a lost response, or two tabs at once. */
export const familyGraceMs = 10_000;

export type FamilyEndReason = 'signed_out' | 'reuse' | 'superseded' | 'operator_disabled';

export interface TokenFamily {
  /** `fam_…` */
  id: string;
  /** `opr_…` */
  operatorId: string;
  /** The passkey that opened the session. */
  credentialId: string;
  /** RFC 7638 thumbprint of the browser's key: every refresh needs a proof by it. */
  jkt: string;
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
  | { kind: 'refuse'; reason: 'revoked' | 'expired' | 'idle' | 'other_key' };

/**
 * What a refresh must do. Ended families are refused first; then reuse is looked for before the key is, since a spent
 * token is a theft whoever shows it; a live token shown with another key is refused and harms nobody.
 */
export function judgeRefresh(
  family: TokenFamily,
  presented: PresentedToken,
  proof: { jkt: string },
  nowMs: number,
): RefreshVerdict {
  if (family.status === 'revoked') return { kind: 'refuse', reason: 'revoked' };
  if (nowMs >= family.expiresAt) return { kind: 'refuse', reason: 'expired' };
  if (nowMs - family.lastUsedAt >= familyIdleMs) return { kind: 'refuse', reason: 'idle' };

  const isCurrent = presented.seq === family.seq && presented.hash === family.currentHash;
  if (!isCurrent && !isParentInGrace(family, presented, nowMs)) return { kind: 'reuse' };
  if (proof.jkt !== family.jkt) return { kind: 'refuse', reason: 'other_key' };
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
