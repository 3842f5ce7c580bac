/**
 * Who is calling: access token and proof of its key, together, on every request and at every socket's start; and
 * whether that still holds, at every socket event. The order is fixed: token, revocation, proof; each refusal carries
 * the challenge of RFC 9449 7.1 and a fresh nonce.
 */

import { consoleClientId } from '../../lib/identity/token-family.ts';
import { AppError } from '../http/app-error.ts';
import type { Authority } from '../policies/authority.ts';
import type { Standing } from '../policies/standing.ts';
import { type AccessTokenClaims, type AccessTokens, consoleAudience } from './access-tokens.ts';
import type { ProofExpectation, VerifyProof } from './dpop.ts';
import type { DpopNonces } from './dpop-nonce.ts';
import type { Principal } from './principal.ts';
import type { RefusalTrail } from './refusal-trail.ts';
import type { ReplayCache } from './replay-cache.ts';
import type { RevocationView } from './revocation-view.ts';
import type { IdentityStore } from './store.ts';

export interface AuthenticateDeps {
  store: Pick<IdentityStore, 'findFamily' | 'findCredential'>;
  /** Who operators are now; and whom their principals ask what they may do. */
  standing: Pick<Standing, 'find' | 'of'>;
  authority: Authority;
  accessTokens: AccessTokens;
  view: RevocationView;
  verifyProof: VerifyProof;
  nonces: DpopNonces;
  /** Apart from that of the sign-in routes, so that strangers cannot fill it for sessions. */
  replays: ReplayCache;
  refusals: RefusalTrail;
  clock: { now(): number };
}

/** What a socket's client sends in `auth`, at the handshake and to renew. */
export interface SocketAuth {
  token: string;
  dpop: string;
}

type Where = Pick<ProofExpectation, 'method' | 'path' | 'nonce'>;
type RefusalCode =
  | 'unauthenticated'
  | 'use_dpop_nonce'
  | 'invalid_dpop_proof'
  | 'token_expired'
  | 'token_revoked';

/** The `error` of the challenge (RFC 9449 7.1, RFC 6750 3.1). */
const challengeErrors: Record<RefusalCode, string | undefined> = {
  unauthenticated: undefined,
  use_dpop_nonce: 'use_dpop_nonce',
  invalid_dpop_proof: 'invalid_dpop_proof',
  token_expired: 'invalid_token',
  token_revoked: 'invalid_token',
};

/** An AppError that tells the client how to do better. Without any token there is no error to name. */
export function challenge(
  code: RefusalCode,
  nonces: DpopNonces,
  internal: string,
  error: string | undefined = challengeErrors[code],
): AppError {
  const parameters = [...(error === undefined ? [] : [`error="${error}"`]), 'algs="ES256"'];
  return new AppError(code, {
    internal,
    headers: { 'www-authenticate': `DPoP ${parameters.join(', ')}`, 'dpop-nonce': nonces.current() },
  });
}

const socketPath = '/socket.io/';
/** All that a recovered session may call. */
const enrolPaths: ReadonlySet<string> = new Set(['/api/recovery/enrol/begin', '/api/recovery/enrol/finish']);

export function createAuthenticate(deps: AuthenticateDeps) {
  const trustOf = createTrustLookup(deps.store);
  const toPrincipal = async (
    claims: OperatorClaims,
    from: Pick<Principal, 'address' | 'transport'>,
  ): Promise<Principal> => {
    const operator = await deps.standing.find(claims.operatorId);
    if (operator === undefined)
      throw challenge('unauthenticated', deps.nonces, 'no such operator', 'invalid_token');
    if (operator.disabledAt !== undefined) throw challenge('token_revoked', deps.nonces, 'operator disabled');
    const deviceTrust = await trustOf(claims.familyId);
    return { ...claims, ...from, name: operator.name, deviceTrust, authority: deps.authority };
  };

  return {
    /** @throws AppError 401 with a challenge, or `rate_limited` */
    async request(request: Request, clientAddress: string): Promise<Principal> {
      const token = /^DPoP ([A-Za-z0-9_.-]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
      if (token === undefined) throw challenge('unauthenticated', deps.nonces, 'no DPoP access token');
      const where = { method: request.method, path: new URL(request.url).pathname };
      const dpop = request.headers.get('dpop') ?? undefined;
      const claims = await prove(deps, token, dpop, where, clientAddress);
      return toPrincipal(claims, { address: clientAddress, transport: 'http' });
    },

    /**
     * @param nonce the nonce that was sent to this one socket, to renew; at the handshake the common one counts.
     * @throws AppError as for a request
     */
    async socket(auth: SocketAuth, clientAddress: string, nonce?: string): Promise<Principal> {
      const where = { method: 'GET', path: socketPath, nonce };
      const claims = await prove(deps, auth.token, auth.dpop, where, clientAddress);
      return toPrincipal(claims, { address: clientAddress, transport: 'socket' });
    },

    /** Whether what was proved at the start still holds. @throws AppError `token_expired`, `token_revoked` */
    check(principal: Principal): void {
      if (principal.expiresAt <= deps.clock.now()) throw challenge('token_expired', deps.nonces, 'expired');
      if (deps.view.isRevoked(revocable(principal))) throw challenge('token_revoked', deps.nonces, 'revoked');
      const operator = deps.standing.of(principal.operatorId);
      if (operator?.disabledAt !== undefined)
        throw challenge('token_revoked', deps.nonces, 'operator disabled');
    },
  };
}

/** A token for the console: always bound to a key, and of a person. */
type OperatorClaims = Omit<AccessTokenClaims, 'subjectId' | 'jkt' | 'authAt'> &
  Pick<Principal, 'operatorId' | 'jkt' | 'authAt'>;

function operatorClaims(claims: AccessTokenClaims): OperatorClaims | undefined {
  const { subjectId: operatorId, jkt, authAt } = claims;
  if (!operatorId.startsWith('opr_') || claims.clientId !== consoleClientId) return undefined;
  return jkt === undefined || authAt === undefined ? undefined : { ...claims, operatorId, jkt, authAt };
}

function revocable(operator: Pick<Principal, 'operatorId' | 'familyId' | 'tokenId' | 'issuedAt'>) {
  return { ...operator, subjectId: operator.operatorId, clientId: consoleClientId };
}

async function prove(
  deps: AuthenticateDeps,
  token: string,
  dpop: string | undefined,
  where: Where,
  address: string,
): Promise<OperatorClaims> {
  const verdict = await deps.accessTokens.verify(token, consoleAudience);
  if (verdict.kind === 'expired') throw challenge('token_expired', deps.nonces, 'expired');
  if (verdict.kind === 'invalid') {
    deps.refusals.record({ action: 'access.refused', address, reason: 'invalid_token' });
    throw challenge('unauthenticated', deps.nonces, verdict.internal, 'invalid_token');
  }
  const claims = operatorClaims(verdict.claims);
  if (claims === undefined)
    throw challenge('unauthenticated', deps.nonces, 'no token of an operator', 'invalid_token');
  const refuse = (code: RefusalCode, internal: string) => {
    const { operatorId: actor, familyId: target } = claims;
    deps.refusals.record({ action: 'access.refused', address, reason: code, actor, target });
    return challenge(code, deps.nonces, internal);
  };
  if (deps.view.isRevoked(revocable(claims))) throw refuse('token_revoked', 'revoked');

  const expected = { ...where, token: { text: token, jkt: claims.jkt }, quotaKey: claims.familyId };
  const proof = await deps.verifyProof(dpop, expected, deps.replays);
  if (proof.kind === 'stale_nonce') throw challenge('use_dpop_nonce', deps.nonces, 'nonce');
  if (proof.kind === 'invalid') throw refuse('invalid_dpop_proof', proof.internal);
  if (proof.kind === 'full') throw new AppError('rate_limited', { headers: { 'retry-after': '60' } });
  if (claims.enrolOnly && !enrolPaths.has(where.path)) {
    deps.refusals.record({
      action: 'access.refused',
      address,
      reason: 'enrol_only',
      actor: claims.operatorId,
    });
    throw new AppError('forbidden', { public: 'This session may only enrol a passkey.' });
  }
  return claims;
}

/** Sessions whose passkey is remembered; beyond, it is read again. */
const sessionsKept = 5_000;

/** What the passkey behind a session is, read once for each: it never changes. */
function createTrustLookup(store: AuthenticateDeps['store']) {
  const kept = new Map<string, Principal['deviceTrust']>();
  return async (familyId: string): Promise<Principal['deviceTrust']> => {
    const known = kept.get(familyId);
    if (known !== undefined) return known;
    const found = await store.findFamily(familyId);
    const credentialId = found?.family.credentialId;
    const passkey = credentialId === undefined ? undefined : await store.findCredential(credentialId);
    if (passkey === undefined) return 'unknown';
    const trust = passkey.credential.backupEligible ? 'synced' : 'device_bound';
    if (kept.size >= sessionsKept) kept.clear();
    kept.set(familyId, trust);
    return trust;
  };
}

export type Authenticate = ReturnType<typeof createAuthenticate>;
