/**
 * Giving tokens up (RFC 7009) and asking about them (RFC 7662). A client gives up its own only. It may ask about its
 * own, and an API (`resource`) about access tokens that are for it; about all others it learns that they are not active,
 * which is what it would learn about junk.
 */

import type { OAuthClient } from '../../lib/contract/oauth.ts';
import { familyIdleMs } from '../../lib/identity/token-family.ts';
import type { AccessTokenClaims, AccessTokens } from '../identity/access-tokens.ts';
import type { Caller, Families, KnownFamily } from '../identity/families.ts';
import type { RevocationView } from '../identity/revocation-view.ts';
import type { TokensOf } from '../identity/revoke-tokens.ts';

export interface TokenStateDeps {
  families: Families;
  accessTokens: AccessTokens;
  view: RevocationView;
  revokeTokens: (what: TokensOf, by: { actor: string; address: string }) => Promise<unknown>;
  /** `iss`. */
  issuer: string;
  clock: { now(): number };
}

/** Unknown, foreign and ended tokens change nothing, and nobody learns which they were. */
export async function giveUpToken(
  deps: TokenStateDeps,
  client: OAuthClient,
  token: string,
  caller: Caller,
): Promise<void> {
  const known = await deps.families.find(token);
  if (known !== undefined) {
    const { family } = known;
    if (family.clientId !== client.id || family.status !== 'live') return;
    await deps.families.end(family, 'returned', caller, client.id);
    return;
  }
  const verdict = await deps.accessTokens.verify(token, undefined);
  if (verdict.kind !== 'valid' || verdict.claims.clientId !== client.id) return;
  const by = { actor: client.id, address: caller.address };
  await deps.revokeTokens({ kind: 'token', subject: verdict.claims.tokenId }, by);
}

/** The answer of RFC 7662 2.2; only `active` for what the client may not ask about. */
export type Introspection = { active: false } | ({ active: true } & Record<string, unknown>);

export async function introspect(
  deps: TokenStateDeps,
  client: OAuthClient,
  token: string,
): Promise<Introspection> {
  const known = await deps.families.find(token);
  if (known !== undefined) return introspectRefresh(deps, client, known);
  const verdict = await deps.accessTokens.verify(token, undefined);
  if (verdict.kind !== 'valid') return { active: false };
  const { claims } = verdict;
  if (!mayAsk(client, claims) || deps.view.isRevoked(claims)) return { active: false };
  return {
    ...{ active: true, iss: deps.issuer, sub: claims.subjectId, client_id: claims.clientId },
    ...{ aud: claims.audience, jti: claims.tokenId, fam: claims.familyId },
    ...{ iat: claims.issuedAt / 1000, exp: claims.expiresAt / 1000 },
    ...(claims.scope === '' ? {} : { scope: claims.scope }),
    ...(claims.acr === undefined ? {} : { acr: claims.acr }),
    ...(claims.authAt === undefined ? {} : { auth_time: claims.authAt / 1000 }),
    ...bindingOf(claims.jkt),
  };
}

function mayAsk(client: OAuthClient, claims: AccessTokenClaims): boolean {
  if (client.kind === 'resource') return claims.audience.some((one) => client.audiences.includes(one));
  return claims.clientId === client.id;
}

function introspectRefresh(
  deps: TokenStateDeps,
  client: OAuthClient,
  { family, holder, isCurrent }: KnownFamily & { isCurrent: boolean },
): Introspection {
  const nowMs = deps.clock.now();
  const isLive =
    isCurrent &&
    family.status === 'live' &&
    holder.disabledAt === undefined &&
    nowMs < family.expiresAt &&
    nowMs - family.lastUsedAt < familyIdleMs;
  if (!isLive || family.clientId !== client.id) return { active: false };
  return {
    ...{ active: true, iss: deps.issuer, sub: family.subjectId, client_id: family.clientId },
    ...{ aud: family.audience, fam: family.id },
    ...{ iat: Math.floor(family.lastUsedAt / 1000), exp: Math.floor(family.expiresAt / 1000) },
    ...(family.scope === '' ? {} : { scope: family.scope }),
    ...(family.jkt === undefined ? {} : { cnf: { jkt: family.jkt } }),
  };
}

function bindingOf(jkt: string | undefined) {
  return jkt === undefined ? { token_type: 'Bearer' } : { token_type: 'DPoP', cnf: { jkt } };
}
