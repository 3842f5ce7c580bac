/**
 * What a DPoP proof must say (RFC 9449 4.3), judged over values whose signature is checked by the caller: the one rule
 * for Tidegate's own routes and for services that verify tokens by the SDK. Without a library, since the SDK inlines it.
 */

/** A proof has about 700 characters. */
export const proofCharsMax = 4_096;

/** The public key that a proof brings, P-256. */
export interface ProofKey {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
}

export interface ProofClaims {
  htm: string;
  htu: string;
  jti: string;
  /** Seconds since the epoch, by the client's clock. */
  iat: number;
  nonce: string | undefined;
  ath: string | undefined;
}

type Fields = { readonly [name: string]: unknown };
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown, charsMax: number): value is string =>
  typeof value === 'string' && value.length <= charsMax;
const isOptionalText = (value: unknown, charsMax: number): value is string | undefined =>
  value === undefined || isText(value, charsMax);
const isCoordinate = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);

/** Members of private or symmetric keys: whoever sends one has lost it. */
const privateMembers = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];

/** The key of a proof's protected header; undefined where the header is not one of ES256 with a public key. */
export function readProofHeader(header: unknown): ProofKey | undefined {
  if (!isFields(header) || header.typ !== 'dpop+jwt' || header.alg !== 'ES256' || 'crit' in header) {
    return undefined;
  }
  const { jwk } = header;
  if (!isFields(jwk) || jwk.kty !== 'EC' || jwk.crv !== 'P-256') return undefined;
  if (!isCoordinate(jwk.x) || !isCoordinate(jwk.y)) return undefined;
  if (privateMembers.some((member) => member in jwk)) return undefined;
  return { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y };
}

/** RFC 7638: the required members in lexical order; its SHA-256 is the thumbprint. */
export function thumbprintInput(key: ProofKey): string {
  return `{"crv":"P-256","kty":"EC","x":"${key.x}","y":"${key.y}"}`;
}

/** A proof's claims; undefined where one is missing, of another type or too long. */
export function readProofClaims(payload: unknown): ProofClaims | undefined {
  if (!isFields(payload)) return undefined;
  const { htm, htu, jti, iat, nonce, ath } = payload;
  if (!isText(htm, 16) || !isText(htu, 2_048) || !isText(jti, 256) || jti === '') return undefined;
  if (typeof iat !== 'number' || !Number.isFinite(iat) || iat < 0) return undefined;
  if (!isOptionalText(nonce, 128) || !isOptionalText(ath, 64)) return undefined;
  return { htm, htu, jti, iat, nonce, ath };
}

/** Whether the proof is for this method and URL. Query and fragment are ignored; case and default port do not count. */
export function isForRequest(
  claims: ProofClaims,
  request: { method: string; origin: string; path: string },
): boolean {
  if (claims.htm !== request.method || !URL.canParse(claims.htu)) return false;
  const url = new URL(claims.htu);
  return (
    url.username === '' &&
    url.password === '' &&
    url.origin === request.origin &&
    url.pathname === request.path
  );
}
