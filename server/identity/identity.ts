/**
 * Identity, composed: who signs in, what a session may show, and who is calling. Everything that touches the world is
 * passed in; the parts are in the files beside this one, and what an operator may do is decided in authorize.ts.
 */

import { AppError } from '../http/app-error.ts';
import type { Authority } from '../policies/authority.ts';
import type { Standing } from '../policies/standing.ts';
import type { Invites } from '../storage/invites.ts';
import { createAccessTokens } from './access-tokens.ts';
import { type Authenticate, challenge, createAuthenticate, type SocketAuth } from './authenticate.ts';
import { createCeremonies } from './ceremonies.ts';
import { auditDenials } from './denials.ts';
import { createDevices } from './devices.ts';
import { createProofVerifier, type VerifyProof } from './dpop.ts';
import { createDpopNonces, type DpopNonces } from './dpop-nonce.ts';
import { createFamilies } from './families.ts';
import { recoverFromHost } from './host-recovery.ts';
import { createInvites } from './invites.ts';
import { openKeyring, randomText } from './keyring.ts';
import { createNotices } from './notices.ts';
import { describeOtherSites } from './other-sites.ts';
import type { Principal } from './principal.ts';
import { createRateLimits } from './rate-limits.ts';
import { createRecovery } from './recovery.ts';
import { createRefusalTrail, type RefusalLog } from './refusal-trail.ts';
import { createReplayCache } from './replay-cache.ts';
import { createRevocationView, type SessionEndedListener } from './revocation-view.ts';
import { type RevokedBy, revokeTokens, type TokensOf } from './revoke-tokens.ts';
import { createSessionAdministration } from './session-administration.ts';
import { createSessions } from './sessions.ts';
import { createSetup } from './setup.ts';
import { createSignIn } from './sign-in.ts';
import { createStepUp } from './step-up.ts';
import type { IdentityStore } from './store.ts';
import { createWebauthn } from './webauthn.ts';

export interface IdentityDeps {
  store: IdentityStore;
  invites: Invites;
  standing: Standing;
  authority: Authority;
  /** Origin, RP id, token issuer and base of links: all from this one URL. */
  publicUrl: URL;
  /** Holds the server's keys. */
  dataDir: string;
  clock: { now(): number };
  log: RefusalLog & { warn(details: object, message: string): void };
}

/** Proofs of all sessions in four minutes; about 46 MB when full. */
const sessionProofsMax = 500_000;
/** Of one session in two minutes: a busy console sends a few a second. */
const proofsPerSessionMax = 20_000;
/** Proofs on the sign-in routes, which strangers may send. */
const strangerProofsMax = 50_000;
const proofsPerAddressMax = 2_000;

export async function createIdentity(deps: IdentityDeps) {
  const { store, clock } = deps;
  const publicOrigin = deps.publicUrl.origin;
  const keyring = await openKeyring(deps);
  const view = createRevocationView({ clock });
  view.load(await store.loadRevocations(clock.now()));
  const nonces = createDpopNonces({ clock });
  const base = {
    store,
    clock,
    keyring,
    view,
    nonces,
    accessTokens: createAccessTokens({ keyring, issuer: publicOrigin, clock }),
    verifyProof: createProofVerifier({ publicOrigin, nonces }),
    refusals: createRefusalTrail(deps),
  };
  const stopDenials = auditDenials({ authority: deps.authority, refusals: base.refusals });
  const families = createFamilies(base);
  const sessions = createSessions({ ...base, families });
  const otherSites = await describeOtherSites({ store, rpId: deps.publicUrl.hostname });
  if (otherSites !== undefined) deps.log.warn({}, otherSites);
  const notices = createNotices();
  const ceremony = {
    ...base,
    sessions,
    notices,
    publicOrigin,
    ceremonies: createCeremonies({ clock }),
    webauthn: createWebauthn(deps),
  };
  const setup = createSetup(ceremony);
  const replays = createReplayCache({ entriesMax: sessionProofsMax, quotaMax: proofsPerSessionMax, clock });
  const { standing, authority } = deps;
  const authenticate = createAuthenticate({ ...base, standing, authority, replays });

  return {
    setup,
    signIn: createSignIn(ceremony),
    invites: createInvites({ ...ceremony, invites: deps.invites }),
    stepUp: createStepUp({ ...ceremony, standing: deps.standing }),
    devices: createDevices(ceremony),
    recovery: createRecovery(ceremony),
    /** For whoever controls the host: a recovery link for the operator of this name or id. */
    recoverFromHost: (wanted: string) => recoverFromHost(ceremony, wanted),
    sessionAdministration: createSessionAdministration({ ...base, standing: deps.standing }),
    /** Told in the moment that something happens to an operator's account. @returns a function that stops it */
    onNotice: notices.onNotice,
    sessions,
    /** What the token service (server/oauth) stands on: the same families, keys and view. */
    foundation: { ...base, families, webauthn: ceremony.webauthn, nonces },
    rateLimits: createRateLimits({ clock }),
    /** The nonce to hand out with every answer. */
    currentNonce: nonces.current,
    /** `PUBLIC_URL/setup#token=…`, to print once; undefined once an operator exists. */
    createSetupLink: setup.createLink,
    proveKey: createKeyProver(base),

    /** The caller of a protected route. @throws AppError 401 with a challenge */
    authenticate: authenticate.request,
    /** The caller behind a socket's handshake. @throws AppError 401 */
    authenticateSocket: (auth: SocketAuth, clientAddress: string) => authenticate.socket(auth, clientAddress),
    /** A nonce for one socket's next renewal. */
    createSocketNonce: () => randomText(16),
    /** A live socket shows a new token: of the same session and key. @throws AppError 401, 403 */
    renewSocket: (current: Principal, auth: SocketAuth & { nonce: string }, clientAddress: string) =>
      renewSocket(authenticate, current, auth, clientAddress),
    /** To ask before every event of a socket. @throws AppError `token_expired`, `token_revoked` */
    checkSocketEvent: authenticate.check,
    /** Told in the moment that tokens end before their time. @returns a function that stops it */
    onSessionEnded: (listener: SessionEndedListener) => view.onSessionEnded(listener),
    /** For what was stored elsewhere: tokens and sockets that it covers end now. */
    followRevocation: view.add,
    /** Ends tokens before their time: one, a family, or all of somebody, of a client, of everybody. */
    revokeTokens: (what: TokensOf, by: RevokedBy) => revokeTokens(base, what, by),

    /** Writes what the audit still counts. */
    async close() {
      stopDenials();
      await base.refusals.close();
    },
  };
}

/**
 * The key behind a request to the sign-in routes, which have no access token yet: gives its thumbprint, or throws
 * AppError `use_dpop_nonce`, `invalid_dpop_proof` or `rate_limited`.
 */
function createKeyProver(deps: { verifyProof: VerifyProof; nonces: DpopNonces; clock: { now(): number } }) {
  const replays = createReplayCache({
    entriesMax: strangerProofsMax,
    quotaMax: proofsPerAddressMax,
    clock: deps.clock,
  });
  return async (request: Request, clientAddress: string): Promise<string> => {
    const { pathname: path } = new URL(request.url);
    const header = request.headers.get('dpop') ?? undefined;
    const expected = { method: request.method, path, quotaKey: clientAddress };
    const proof = await deps.verifyProof(header, expected, replays);
    if (proof.kind === 'valid') return proof.jkt;
    if (proof.kind === 'full') throw new AppError('rate_limited', { headers: { 'retry-after': '60' } });
    const code = proof.kind === 'stale_nonce' ? 'use_dpop_nonce' : 'invalid_dpop_proof';
    throw challenge(code, deps.nonces, proof.kind === 'invalid' ? proof.internal : 'nonce');
  };
}

async function renewSocket(
  authenticate: Authenticate,
  current: Principal,
  auth: SocketAuth & { nonce: string },
  clientAddress: string,
): Promise<Principal> {
  const renewed = await authenticate.socket(auth, clientAddress, auth.nonce);
  const same = (['operatorId', 'familyId', 'jkt'] as const).every((key) => renewed[key] === current[key]);
  if (!same) throw new AppError('forbidden', { internal: 'renewal by another session' });
  return renewed;
}

export type Identity = Awaited<ReturnType<typeof createIdentity>>;
