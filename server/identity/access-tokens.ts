/**
 * Access tokens: `at+jwt` (RFC 9068), signed with Ed25519, bound to the browser's key by `cnf.jkt` (RFC 9449 6.1),
 * 15 minutes. They say who and which session, never what is allowed: that is decided anew at each request.
 * Verification believes nothing in the header but a `kid` from our own map.
 */

import { jwtVerify, SignJWT } from 'jose';
import { JWTExpired } from 'jose/errors';
import { z } from 'zod';
import type { Presence } from '../../lib/identity/confirmation.ts';
import { type Keyring, randomText } from './keyring.ts';

export const accessTokenLifetimeMs = 15 * 60 * 1000;
/** Clocks of two Tidegate processes may differ by this much. */
export const clockSkewMs = 5_000;
/** Audience of tokens for the console's API and sockets. */
export const consoleAudience = 'tidegate-console';
/** Ours have about 700 characters. */
const tokenCharsMax = 2_048;

export interface AccessTokenClaims {
  operatorId: string;
  familyId: string;
  /** `jti` */
  tokenId: string;
  jkt: string;
  authAt: number;
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
const payloadSchema = z.object({
  sub: z.string().startsWith('opr_'),
  sid: z.string().startsWith('fam_'),
  fam: z.string().startsWith('fam_'),
  jti: z.string().min(16),
  cnf: z.object({ jkt: z.string().length(43) }),
  auth_time: seconds,
  confirmed: z.object({ operation: z.string(), signed_in_at: seconds }).optional(),
  use: z.literal('enrol').optional(),
  iat: seconds,
  exp: seconds,
});

export function createAccessTokens(deps: {
  keyring: Keyring;
  /** `iss`: the origin of PUBLIC_URL. */
  issuer: string;
  clock: { now(): number };
}) {
  const { keyring, issuer, clock } = deps;

  /** Never outlives the session it belongs to. */
  async function issue(session: {
    operatorId: string;
    familyId: string;
    jkt: string;
    authAt: number;
    sessionEndsAt: number;
    confirmed?: Presence['confirmed'];
    enrolOnly?: boolean;
  }): Promise<{ token: string; expiresAt: number }> {
    const iat = Math.floor(clock.now() / 1000);
    const exp = Math.min(iat + accessTokenLifetimeMs / 1000, Math.ceil(session.sessionEndsAt / 1000));
    const token = await new SignJWT({
      sid: session.familyId,
      fam: session.familyId,
      cnf: { jkt: session.jkt },
      auth_time: Math.floor(session.authAt / 1000),
      ...confirmedClaim(session.confirmed),
      ...(session.enrolOnly === true ? { use: 'enrol' } : {}),
      // A passkey with user verification: two factors in one act (RFC 8176).
      amr: ['pop', 'user', 'mfa'],
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: keyring.signing.kid })
      .setSubject(session.operatorId)
      .setIssuer(issuer)
      .setAudience(consoleAudience)
      .setJti(randomText(16))
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(keyring.signing.privateKey);
    return { token, expiresAt: exp * 1000 };
  }

  async function verify(token: string): Promise<AccessTokenVerdict> {
    if (token.length > tokenCharsMax) return { kind: 'invalid', internal: 'too long' };
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => signingKey(kid), {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer,
        audience: consoleAudience,
        clockTolerance: clockSkewMs / 1000,
        currentDate: new Date(clock.now()),
      });
      return readClaims(payload, clock.now());
    } catch (error) {
      if (error instanceof JWTExpired) return { kind: 'expired' };
      return { kind: 'invalid', internal: error instanceof Error ? error.message : 'unknown' };
    }
  }

  function signingKey(kid: string | undefined): CryptoKey {
    const key = kid === undefined ? undefined : keyring.verifying.get(kid);
    if (key === undefined) throw new Error('unknown kid');
    return key;
  }

  return { issue, verify };
}

function readClaims(payload: unknown, nowMs: number): AccessTokenVerdict {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return { kind: 'invalid', internal: 'claims' };
  const { sub, fam, jti, cnf, auth_time, confirmed, use, iat, exp } = parsed.data;
  // Also a correctly signed token must look like ours: no long lives, nothing from the future.
  if ((exp - iat) * 1000 > accessTokenLifetimeMs) return { kind: 'invalid', internal: 'lives too long' };
  if (iat * 1000 > nowMs + clockSkewMs) return { kind: 'invalid', internal: 'issued in the future' };
  return {
    kind: 'valid',
    claims: {
      operatorId: sub,
      familyId: fam,
      tokenId: jti,
      jkt: cnf.jkt,
      authAt: auth_time * 1000,
      confirmed: confirmed && { operation: confirmed.operation, signedInAt: confirmed.signed_in_at * 1000 },
      enrolOnly: use === 'enrol',
      issuedAt: iat * 1000,
      expiresAt: exp * 1000,
    },
  };
}

function confirmedClaim(confirmed: Presence['confirmed']) {
  if (confirmed === undefined) return {};
  const { operation, signedInAt } = confirmed;
  return { confirmed: { operation, signed_in_at: Math.floor(signedInAt / 1000) } };
}

export type AccessTokens = ReturnType<typeof createAccessTokens>;
