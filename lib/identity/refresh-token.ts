/**
 * How a refresh token is written: `<family>.<seq>.<salt>.<mac>`. The MAC is keyed by the server, so a token proves
 * that we issued it before anything is looked up, junk can never end somebody's session, and the current token can be
 * made again from (family, seq, salt) although only its hash is stored. Crypto is passed in.
 */

export interface TokenCrypto {
  /** HMAC-SHA-256 under the server's refresh key, base64url. */
  mac(input: string): string;
  /** SHA-256, base64url. */
  sha256(input: string): string;
  /** Comparison in constant time. */
  equal(a: string, b: string): boolean;
}

export interface RefreshToken {
  familyId: string;
  seq: number;
  /** The whole token, as the cookie carries it. */
  text: string;
  /** SHA-256 of `text`: what storage keeps. */
  hash: string;
}

const shape = /^(fam_[A-Za-z0-9_-]{22})\.(0|[1-9]\d{0,8})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/** Longest token that parses: 26 + 9 + 22 + 43 and three dots. */
const tokenCharsMax = 103;

function macInput(familyId: string, seq: number, salt: string): string {
  return `refresh|${familyId}|${seq}|${salt}`;
}

/** @param part.salt 16 random bytes, base64url. The same part and key give the same token. */
export function refreshToken(
  part: { familyId: string; seq: number; salt: string },
  crypto: TokenCrypto,
): RefreshToken {
  const mac = crypto.mac(macInput(part.familyId, part.seq, part.salt));
  const text = `${part.familyId}.${part.seq}.${part.salt}.${mac}`;
  return { familyId: part.familyId, seq: part.seq, text, hash: crypto.sha256(text) };
}

/** The token that `text` is, or undefined where we never issued it under this key. */
export function readRefreshToken(text: string, crypto: TokenCrypto): RefreshToken | undefined {
  if (text.length > tokenCharsMax) return undefined;
  const [, familyId, seqText, salt, mac] = shape.exec(text) ?? [];
  if (familyId === undefined || seqText === undefined || salt === undefined || mac === undefined) {
    return undefined;
  }
  const seq = Number(seqText);
  if (!crypto.equal(mac, crypto.mac(macInput(familyId, seq, salt)))) return undefined;
  return { familyId, seq, text, hash: crypto.sha256(text) };
}
