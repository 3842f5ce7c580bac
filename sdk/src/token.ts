/** `@tidegate/sdk/token`: verifies access tokens that Tidegate issued, locally, with revocations pushed to it. */

import type { TokenVerifierOptions } from './token-options.ts';
import { createTokenVerifierIn, type TokenVerifier } from './token-verifier.ts';

export type { Diagnostic } from './drop-ledger.ts';
export type { VerifiedToken } from './token-claims.ts';
export type { TokenVerifierOptions } from './token-options.ts';
export type { TokenNeeds, TokenRefusal, TokenRefusalReason } from './token-refusal.ts';
export type { TokenRequest, TokenVerdict, TokenVerifier } from './token-verifier.ts';

/**
 * One per process. It follows the stream of revocations at once; call `close()` when the service shuts down.
 * @throws TypeError for options that cannot be used; nothing of the verifier throws after that.
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  return createTokenVerifierIn(options, {
    clock: { now: () => Date.now() },
    monotonic: { now: () => performance.now() },
    random: Math.random,
    fetch: (...request) => fetch(...request),
  });
}
