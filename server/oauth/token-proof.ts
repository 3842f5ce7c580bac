/**
 * The key behind a request to the token endpoint (RFC 9449 5): a proof with a nonce of ours. Only a client that may use
 * bearer tokens can go without, and then nothing is bound.
 */

import type { OAuthClient } from '../../lib/contract/oauth.ts';
import type { VerifyProof } from '../identity/dpop.ts';
import type { DpopNonces } from '../identity/dpop-nonce.ts';
import type { ReplayCache } from '../identity/replay-cache.ts';
import { OAuthError } from './oauth-error.ts';

export function createTokenProver(deps: {
  verifyProof: VerifyProof;
  nonces: DpopNonces;
  replays: ReplayCache;
}) {
  /** @returns the key's thumbprint @throws OAuthError `use_dpop_nonce`, `invalid_dpop_proof` */
  return async (
    request: { path: string; dpop: string | undefined; address: string },
    client: OAuthClient,
  ): Promise<string | undefined> => {
    const { path, dpop, address } = request;
    if (dpop === undefined && client.bearerAllowed) return undefined;
    const quotaKey = client.kind === 'public' ? address : client.id;
    const proof = await deps.verifyProof(dpop, { method: 'POST', path, quotaKey }, deps.replays);
    if (proof.kind === 'valid') return proof.jkt;
    const headers = { 'dpop-nonce': deps.nonces.current() };
    if (proof.kind === 'stale_nonce') {
      throw new OAuthError('use_dpop_nonce', 'Repeat the request with this nonce in the proof.', { headers });
    }
    if (proof.kind === 'full') {
      const later = { status: 429, headers: { 'retry-after': '60' } };
      throw new OAuthError('temporarily_unavailable', 'Too many requests.', later);
    }
    throw new OAuthError('invalid_dpop_proof', 'A valid DPoP proof is needed.', { headers });
  };
}
