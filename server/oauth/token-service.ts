/**
 * The token service, composed: an OAuth authorization server for the customer's machines and people, on the very
 * families, keys and revocations that operators' sessions have (server/identity). Reasons: docs/decisions/0005.
 */

import { createCeremonies } from '../identity/ceremonies.ts';
import type { Identity } from '../identity/identity.ts';
import { createReplayCache } from '../identity/replay-cache.ts';
import { type RevokedBy, revokeTokens, type TokensOf } from '../identity/revoke-tokens.ts';
import { createAuthorizationRequests } from './authorization-requests.ts';
import { createCallerEnrolment } from './caller-enrolment.ts';
import { createCallerSignIn } from './caller-sign-in.ts';
import { createCallers } from './callers.ts';
import { createClientAuthentication } from './client-authentication.ts';
import { createClients } from './clients.ts';
import { createKeyRotation } from './key-rotation.ts';
import type { OAuthStore } from './store.ts';
import { createTokenProver } from './token-proof.ts';

export interface TokenServiceDeps {
  identity: Pick<Identity, 'foundation'>;
  store: OAuthStore;
  publicUrl: URL;
  clock: { now(): number };
  every: (intervalMs: number, work: () => void) => () => void;
  log: { error(details: object, message: string): void };
}

/** Proofs at the token endpoint, which strangers may send. */
const proofsMax = 50_000;
/** Of one client, or of one address for public clients, in two minutes. */
const proofsPerHolderMax = 2_000;

export function createTokenService(deps: TokenServiceDeps) {
  const { foundation } = deps.identity;
  const { store, clock, publicUrl } = deps;
  const issuer = publicUrl.origin;
  const base = { ...foundation, store, clock, issuer, publicOrigin: issuer };
  const replays = createReplayCache({ entriesMax: proofsMax, quotaMax: proofsPerHolderMax, clock });
  // Apart from operators', so that a flood of strangers on the hosted page cannot close theirs.
  const ceremonies = createCeremonies({ clock });
  const requests = createAuthorizationRequests(base);
  const keyRotation = createKeyRotation({ ...deps, ...foundation });
  return {
    issuer,
    store,
    authenticateClient: createClientAuthentication({ store }),
    proveKey: createTokenProver({ ...foundation, replays }),
    grants: base,
    tokenState: {
      ...base,
      revokeTokens: (what: TokensOf, by: RevokedBy) => revokeTokens(foundation, what, by, 'returned'),
    },
    requests,
    signIn: createCallerSignIn({ ...base, ceremonies, requests }),
    enrolment: createCallerEnrolment({ ...base, ceremonies }),
    clients: createClients(base),
    callers: createCallers(base),
    keyRotation,
    publicKeys: () => foundation.keyring.publicKeys(),
    currentNonce: foundation.nonces.current,
    refusals: foundation.refusals,
    close: keyRotation.close,
  };
}

export type TokenService = ReturnType<typeof createTokenService>;
