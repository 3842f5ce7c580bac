/**
 * Access tokens: `at+jwt` (RFC 9068), signed with Ed25519, bound to the holder's key by `cnf.jkt` (RFC 9449 6.1), at
 * most 15 minutes. They say who, through which client and for which API; what an operator may do is decided anew at
 * each request. Verification believes nothing in the header but a `kid` from our own map.
 */

import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { JWTExpired } from 'jose/errors';
import { z } from 'zod';
import { isSpelledOnce } from '../../lib/enforcement/signed-text.ts';
import type { Presence } from '../../lib/identity/confirmation.ts';
import type { TokenFamily } from '../../lib/identity/token-family.ts';
import { type Keyring, randomText } from './keyring.ts';

/** The longest that any lives; clients may ask for less. Revocations are kept for as long. */
export const accessTokenLifetimeMs = 15 * 60 * 1000;
/** Clocks of two Tidegate processes may differ by this much. */
export const clockSkewMs = 5_000;
/** Audience of tokens for the console's API and sockets. Clients' audiences are URIs, so none can be this. */
export const consoleAudience = 'tidegate-console';
/** Ours have about 700 characters; ten audiences and many scopes fit. */
const tokenCharsMax = 4_096;

/** What a token is issued for: a family, or what a step-up or recovery puts in its place. */
export type TokenGrant = Pick<
  TokenFamily,
  'subjectId' | 'clientId' | 'audience' | 'scope' | 'acr' | 'jkt' | 'expiresAt'
> & {
  familyId: string;
  /** When the person used the passkey; absent for machines. */
  authAt: number | undefined;
  /** Default: the longest. */
  lifetimeMs?: number;
  confirmed?: Presence['confirmed'];
  enrolOnly?: boolean;
};

export interface AccessTokenClaims {
  /** `opr_…`, `cal_…` or `cli_…` */
  subjectId: string;
  clientId: string;
  audience: string[];
  scope: string;
  acr: string | undefined;
  familyId: string;
  /** `jti` */
  tokenId: string;
  /** The key that signed it. */
  kid: string;
  /** Absent in a bearer token. */
  jkt: string | undefined;
  authAt: number | undefined;
  /** Set where `authAt` is a step-up: what was confirmed, and when the session was signed in to. */
  confirmed?: Presence['confirmed'];
  /** From a recovery: good for enrolling a passkey and nothing else. */
  enrolOnly: boolean;
  issuedAt: number;
  expiresAt: number;
}

export type AccessTokenVerdict =
  | { kind: 'valid'; claims: AccessTokenClaims }
  | { kind: 'expired' }
  | { kind: 'invalid'; internal: string };

const seconds = z.int().nonnegative();
const audienceText = z.string().min(1);
const payloadSchema = z.object({
  sub: z.string().regex(/^(opr|cal|cli)_/),
  client_id: z.string().min(1),
  aud: z.union([audienceText.transform((one) => [one]), z.array(audienceText).min(1)]),
  scope: z.string().default(''),
  acr: z.string().optional(),
  fam: z.string().startsWith('fam_'),
  jti: z.string().min(16),
  cnf: z.object({ jkt: z.string().length(43) }).optional(),
  auth_time: seconds.optional(),
  confirmed: z.object({ operation: z.string(), signed_in_at: seconds }).optional(),
  use: z.literal('enrol').optional(),
  iat: seconds,
  exp: seconds,
});

export interface AccessTokenDeps {
  keyring: Pick<Keyring, 'signing' | 'verifying'>;
  /** `iss`: the origin of PUBLIC_URL. */
  issuer: string;
  clock: { now(): number };
}

export function createAccessTokens(deps: AccessTokenDeps) {
  return {
    /** Never outlives the session it belongs to. */
    issue: (grant: TokenGrant) => issue(deps, grant),
    /** @param audience undefined where the caller asks about any token of ours, not for access. */
    verify: (token: string, audience: string | undefined) => verify(deps, token, audience),
  };
}

async function issue(deps: AccessTokenDeps, grant: TokenGrant) {
  const { kid, privateKey } = deps.keyring.signing();
  const iat = Math.floor(deps.clock.now() / 1000);
  const lifetimeSeconds = Math.floor((grant.lifetimeMs ?? accessTokenLifetimeMs) / 1000);
  const exp = Math.min(iat + lifetimeSeconds, Math.ceil(grant.expiresAt / 1000));
  const token = await new SignJWT(ownClaims(grant))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
    .setSubject(grant.subjectId)
    .setIssuer(deps.issuer)
    .setAudience(grant.audience.length === 1 ? (grant.audience[0] ?? '') : grant.audience)
    .setJti(randomText(16))
    .setIssuedAt(iat)
    .setExpirationTime(exp)
    .sign(privateKey);
  return { token, expiresAt: exp * 1000 };
}

function ownClaims(grant: TokenGrant): JWTPayload {
  return {
    client_id: grant.clientId,
    sid: grant.familyId,
    fam: grant.familyId,
    ...(grant.scope === '' ? {} : { scope: grant.scope }),
    ...(grant.jkt === undefined ? {} : { cnf: { jkt: grant.jkt } }),
    ...(grant.acr === undefined ? {} : { acr: grant.acr }),
    ...(grant.authAt === undefined
      ? {}
      : // A passkey with user verification: two factors in one act (RFC 8176).
        { auth_time: Math.floor(grant.authAt / 1000), amr: ['pop', 'user', 'mfa'] }),
    ...confirmedClaim(grant.confirmed),
    ...(grant.enrolOnly === true ? { use: 'enrol' } : {}),
  };
}

function confirmedClaim(confirmed: Presence['confirmed']) {
  if (confirmed === undefined) return {};
  const { operation, signedInAt } = confirmed;
  return { confirmed: { operation, signed_in_at: Math.floor(signedInAt / 1000) } };
}

async function verify(
  { keyring, issuer, clock }: AccessTokenDeps,
  token: string,
  audience: string | undefined,
): Promise<AccessTokenVerdict> {
  if (token.length > tokenCharsMax) return { kind: 'invalid', internal: 'too long' };
  if (!isSpelledOnce(token)) return { kind: 'invalid', internal: 'not as it was issued' };
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = kid === undefined ? undefined : keyring.verifying().get(kid);
        if (key === undefined) throw new Error('unknown kid');
        return key;
      },
      {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer,
        ...(audience === undefined ? {} : { audience }),
        clockTolerance: clockSkewMs / 1000,
        currentDate: new Date(clock.now()),
      },
    );
    return readClaims(payload, protectedHeader.kid ?? '', clock.now());
  } catch (error) {
    if (error instanceof JWTExpired) return { kind: 'expired' };
    return { kind: 'invalid', internal: error instanceof Error ? error.message : 'unknown' };
  }
}

function readClaims(payload: unknown, kid: string, nowMs: number): AccessTokenVerdict {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return { kind: 'invalid', internal: 'claims' };
  const { sub, client_id, aud, scope, acr, fam, jti, cnf, auth_time, confirmed, use, iat, exp } = parsed.data;
  // Also a correctly signed token must look like ours: no long lives, nothing from the future.
  if ((exp - iat) * 1000 > accessTokenLifetimeMs) return { kind: 'invalid', internal: 'lives too long' };
  if (iat * 1000 > nowMs + clockSkewMs) return { kind: 'invalid', internal: 'issued in the future' };
  return {
    kind: 'valid',
    claims: {
      subjectId: sub,
      clientId: client_id,
      audience: aud,
      scope,
      acr,
      familyId: fam,
      tokenId: jti,
      kid,
      jkt: cnf?.jkt,
      authAt: auth_time === undefined ? undefined : auth_time * 1000,
      confirmed: confirmed && { operation: confirmed.operation, signedInAt: confirmed.signed_in_at * 1000 },
      enrolOnly: use === 'enrol',
      issuedAt: iat * 1000,
      expiresAt: exp * 1000,
    },
  };
}

export type AccessTokens = ReturnType<typeof createAccessTokens>;
