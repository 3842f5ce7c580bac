/**
 * DPoP proofs (RFC 9449 4.3): a signature by the caller's key over this method, this URL, this token and a nonce of
 * ours, usable once. What the URL is, PUBLIC_URL says; the request's Host and forwarding headers are never asked.
 * What a proof must say is in lib/enforcement/dpop-proof.ts; here are signature, nonce and memory.
 * The `jti` is remembered last, when all else is right, so that bad proofs cost no memory.
 */

import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import {
  isForRequest,
  type ProofKey,
  proofCharsMax,
  readProofClaims,
  readProofHeader,
  thumbprintInput,
} from '../../lib/enforcement/dpop-proof.ts';
import type { DpopNonces } from './dpop-nonce.ts';
import { equalText, sha256Text } from './keyring.ts';
import type { ReplayCache } from './replay-cache.ts';

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

const invalid = (internal: string): ProofVerdict => ({ kind: 'invalid', internal });

export function createProofVerifier(deps: { publicOrigin: string; nonces: DpopNonces }) {
  const openProof = createProofOpener();

  /** @param header the value of the request's one `DPoP` header; two headers arrive joined and do not parse. */
  return async function verifyProof(
    header: string | undefined,
    expected: ProofExpectation,
    replays: ReplayCache,
  ): Promise<ProofVerdict> {
    if (header === undefined) return invalid('no proof');
    const opened = await openProof(header);
    if (opened === undefined) return invalid('malformed or not signed by its key');
    const { jkt, claims } = opened;
    const { method, path } = expected;
    if (!isForRequest(claims, { method, origin: deps.publicOrigin, path })) return invalid('another request');
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

/** Signature and shape; says nothing yet about which request the proof is for. */
function createProofOpener() {
  const keys = new Map<string, CryptoKey>();

  async function importKey(jkt: string, jwk: ProofKey): Promise<CryptoKey> {
    const known = keys.get(jkt);
    if (known !== undefined) return known;
    // Importing rejects points that are not on the curve.
    const key = await importJWK({ ...jwk }, 'ES256');
    if (key instanceof Uint8Array) throw new Error('not a public key');
    return key;
  }

  function remember(jkt: string, key: CryptoKey): void {
    // The oldest goes first; losing one costs an import, so nothing finer is needed.
    const oldest = keys.keys().next().value;
    if (keys.size >= keysMax && oldest !== undefined) keys.delete(oldest);
    keys.set(jkt, key);
  }

  return async (proof: string) => {
    if (proof.length > proofCharsMax) return undefined;
    try {
      const jwk = readProofHeader(decodeProtectedHeader(proof));
      if (jwk === undefined) return undefined;
      const jkt = sha256Text(thumbprintInput(jwk));
      const key = await importKey(jkt, jwk);
      const { payload } = await compactVerify(proof, key, { algorithms: ['ES256'] });
      const claims = readProofClaims(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
      if (claims === undefined) return undefined;
      remember(jkt, key);
      return { jkt, claims };
    } catch {
      return undefined;
    }
  };
}

export type VerifyProof = ReturnType<typeof createProofVerifier>;
