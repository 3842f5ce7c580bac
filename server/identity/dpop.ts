/**
 * DPoP proofs (RFC 9449 4.3): a signature by the browser's key over this method, this URL, this token and a nonce of
 * ours, usable once. What the URL is, PUBLIC_URL says; the request's Host and forwarding headers are never asked.
 * The `jti` is remembered last, when all else is right, so that bad proofs cost no memory.
 */

import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { z } from 'zod';
import type { DpopNonces } from './dpop-nonce.ts';
import { equalText, sha256Text } from './keyring.ts';
import type { ReplayCache } from './replay-cache.ts';

/** A browser's proof has about 700 characters. */
const proofCharsMax = 4_096;
/** Public keys kept imported, about 1 kB each. */
const keysMax = 2_000;

export interface ProofExpectation {
  method: string;
  /** Path of the request, without query. */
  path: string;
  /** The access token that travels with the proof, and the key it is bound to; absent on the sign-in routes. */
  token?: { text: string; jkt: string };
  /** A nonce made for this one use, instead of the server's common one. */
  nonce?: string;
  /** Whose share of the `jti` memory this takes: the session, or the address of a stranger. */
  quotaKey: string;
}

export type ProofVerdict =
  | { kind: 'valid'; jkt: string }
  | { kind: 'invalid'; internal: string }
  | { kind: 'stale_nonce' }
  | { kind: 'full' };

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Members of private or symmetric keys: whoever sends one has lost it. */
const privateMembers = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];
const headerSchema = z.object({
  typ: z.literal('dpop+jwt'),
  alg: z.literal('ES256'),
  jwk: z
    .looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate })
    .refine((jwk) => !privateMembers.some((member) => member in jwk)),
});
const payloadSchema = z.object({
  htm: z.string().max(16),
  htu: z.string().max(2_048),
  jti: z.string().min(1).max(256),
  iat: z.number().nonnegative().finite(),
  nonce: z.string().max(128).optional(),
  ath: z.string().max(64).optional(),
});

/** RFC 7638: the required members in lexical order. */
function thumbprint(jwk: { x: string; y: string }): string {
  return sha256Text(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`);
}

const invalid = (internal: string): ProofVerdict => ({ kind: 'invalid', internal });

export function createProofVerifier(deps: { publicOrigin: string; nonces: DpopNonces }) {
  const keys = new Map<string, CryptoKey>();

  async function importKey(jkt: string, jwk: { x: string; y: string }): Promise<CryptoKey> {
    const known = keys.get(jkt);
    if (known !== undefined) return known;
    // Importing rejects points that are not on the curve.
    const key = await importJWK({ kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y }, 'ES256');
    if (key instanceof Uint8Array) throw new Error('not a public key');
    return key;
  }

  function remember(jkt: string, key: CryptoKey): void {
    // The oldest goes first; losing one costs an import, so nothing finer is needed.
    const oldest = keys.keys().next().value;
    if (keys.size >= keysMax && oldest !== undefined) keys.delete(oldest);
    keys.set(jkt, key);
  }

  /** Signature and shape; says nothing yet about which request the proof is for. */
  async function open(proof: string) {
    if (proof.length > proofCharsMax) return undefined;
    try {
      const header = headerSchema.parse(decodeProtectedHeader(proof));
      const jkt = thumbprint(header.jwk);
      const key = await importKey(jkt, header.jwk);
      const { payload } = await compactVerify(proof, key, { algorithms: ['ES256'] });
      const claims = payloadSchema.parse(
        JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)),
      );
      remember(jkt, key);
      return { jkt, claims };
    } catch {
      return undefined;
    }
  }

  function isForUrl(htu: string, path: string): boolean {
    const url = URL.parse(htu);
    if (url === null || url.username !== '' || url.password !== '') return false;
    return url.origin === deps.publicOrigin && url.pathname === path;
  }

  /** @param header the value of the request's one `DPoP` header; two headers arrive joined and do not parse. */
  return async function verifyProof(
    header: string | undefined,
    expected: ProofExpectation,
    replays: ReplayCache,
  ): Promise<ProofVerdict> {
    if (header === undefined) return invalid('no proof');
    const opened = await open(header);
    if (opened === undefined) return invalid('malformed or not signed by its key');
    const { jkt, claims } = opened;
    if (claims.htm !== expected.method) return invalid('another method');
    if (!isForUrl(claims.htu, expected.path)) return invalid('another URL');
    if (expected.token !== undefined) {
      if (jkt !== expected.token.jkt) return invalid('another key than the token is bound to');
      if (claims.ath === undefined || !equalText(claims.ath, sha256Text(expected.token.text))) {
        return invalid('another access token');
      }
    }
    const nonce = claims.nonce ?? '';
    const isFresh =
      expected.nonce === undefined ? deps.nonces.isFresh(nonce) : equalText(nonce, expected.nonce);
    if (!isFresh) return { kind: 'stale_nonce' };

    const replay = replays.use({ jkt, jti: claims.jti, quotaKey: expected.quotaKey });
    if (replay === 'seen') return invalid('used before');
    return replay === 'full' ? { kind: 'full' } : { kind: 'valid', jkt };
  };
}

export type VerifyProof = ReturnType<typeof createProofVerifier>;
