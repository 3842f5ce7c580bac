/**
 * The proof that comes with a bound token (RFC 9449 4.3): signed by the token's key, for this request and token, made
 * now, which a nonce of ours shows, and used once. Remembering comes last, so that bad proofs cost no memory.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { type DpopNonces, nonceLifetimeMs } from '../../lib/enforcement/dpop-nonce.ts';
import {
  isForRequest,
  proofCharsMax,
  readProofClaims,
  readProofHeader,
  thumbprintInput,
} from '../../lib/enforcement/dpop-proof.ts';
import { createReplayCache } from '../../lib/enforcement/replay-cache.ts';

/** Without nonces a proof is good for this long; clocks may differ by `clockSkewMs` beside it. */
const proofLifetimeMs = 60_000;
export const clockSkewMs = 5_000;

/** Proofs remembered at once, 100 bytes each. */
const proofsMax = 200_000;
/** Of one session, in the life of a proof. */
const proofsPerFamilyMax = 20_000;

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

/** In constant time. */
export function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export interface ProofExpectation {
  method: string;
  origin: string;
  path: string;
  token: string;
  /** The thumbprint that the token is bound to. */
  jkt: string;
  familyId: string;
}

export type ProofVerdict = 'valid' | 'invalid' | 'stale_nonce' | 'full';

/** @param deps.nonces undefined where the time of issue has to do, which callers can choose. */
export function createProofCheck(deps: { clock: { now(): number }; nonces: DpopNonces | undefined }) {
  const { clock, nonces } = deps;
  const replays = createReplayCache({
    clock,
    entriesMax: proofsMax,
    quotaMax: proofsPerFamilyMax,
    generationMs: Math.max(nonceLifetimeMs, proofLifetimeMs + 2 * clockSkewMs),
    digest: (text) => createHash('sha256').update(text).digest().toString('latin1', 0, 16),
  });

  return async (proof: string | undefined, expected: ProofExpectation): Promise<ProofVerdict> => {
    const opened = await openProof(proof);
    if (opened === undefined || !isEqual(opened.jkt, expected.jkt)) return 'invalid';
    const { claims, jkt } = opened;
    if (!isForRequest(claims, expected)) return 'invalid';
    if (claims.ath === undefined || !isEqual(claims.ath, sha256(expected.token))) return 'invalid';
    if (nonces === undefined) {
      const ageMs = clock.now() - claims.iat * 1000;
      if (ageMs < -clockSkewMs || ageMs > proofLifetimeMs + clockSkewMs) return 'invalid';
    } else if (!nonces.isFresh(claims.nonce ?? '')) return 'stale_nonce';
    const replay = replays.use({ jkt, jti: claims.jti, quotaKey: expected.familyId });
    return replay === 'new' ? 'valid' : replay === 'full' ? 'full' : 'invalid';
  };
}

async function openProof(proof: string | undefined) {
  if (proof === undefined || proof.length > proofCharsMax) return undefined;
  try {
    const jwk = readProofHeader(decodeProtectedHeader(proof));
    if (jwk === undefined) return undefined;
    // Importing rejects points that are not on the curve.
    const key = await importJWK({ ...jwk }, 'ES256');
    const { payload } = await compactVerify(proof, key, { algorithms: ['ES256'] });
    const claims = readProofClaims(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
    return claims && { claims, jkt: sha256(thumbprintInput(jwk)) };
  } catch {
    return undefined;
  }
}
