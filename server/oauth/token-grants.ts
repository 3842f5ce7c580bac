/**
 * The token endpoint (RFC 6749 3.2): a client's own credentials, an authorization code or a refresh token turn into an
 * access token. All keys are bound: every answer needs a proof (RFC 9449), unless the client may use bearer tokens and
 * sends none. Each rotation goes through server/identity/families.ts, as that of operators does.
 */

import type { OAuthClient } from '../../lib/contract/oauth.ts';
import type { RefreshToken } from '../../lib/identity/refresh-token.ts';
import type { TokenFamily } from '../../lib/identity/token-family.ts';
import type { AccessTokens } from '../identity/access-tokens.ts';
import type { Caller, Families, RefreshRefusal } from '../identity/families.ts';
import { equalText, sha256Text } from '../identity/keyring.ts';
import { grantedAudience, grantedScope } from './client-rights.ts';
import { type Parameters, required } from './form.ts';
import { OAuthError } from './oauth-error.ts';
import type { AuthorizationCode, GrantStore } from './store.ts';

/** The answer of RFC 6749 5.1. */
export interface TokenAnswer {
  access_token: string;
  token_type: 'DPoP' | 'Bearer';
  /** Seconds. */
  expires_in: number;
  scope?: string;
  refresh_token?: string;
}

export interface TokenRequest {
  client: OAuthClient;
  form: Parameters;
  /** Thumbprint of the key behind the request's proof; absent where a bearer client sent none. */
  jkt: string | undefined;
  caller: Caller;
}

export interface TokenGrantDeps {
  store: GrantStore;
  families: Families;
  accessTokens: AccessTokens;
  clock: { now(): number };
}

const grants = {
  client_credentials: { kinds: ['machine'], run: clientCredentials },
  authorization_code: { kinds: ['web', 'public'], run: authorizationCode },
  refresh_token: { kinds: ['web', 'public'], run: refreshToken },
} as const satisfies Record<
  string,
  {
    kinds: readonly OAuthClient['kind'][];
    run: (deps: TokenGrantDeps, request: TokenRequest) => Promise<TokenAnswer>;
  }
>;

export const grantTypes = Object.keys(grants);

/** @throws OAuthError */
export async function answerTokenRequest(deps: TokenGrantDeps, request: TokenRequest): Promise<TokenAnswer> {
  const type = required(request.form, 'grant_type');
  const grant = Object.entries(grants).find(([name]) => name === type)?.[1];
  if (grant === undefined)
    throw new OAuthError('unsupported_grant_type', 'This grant type is not supported.');
  if (!grant.kinds.some((kind) => kind === request.client.kind)) {
    throw new OAuthError('unauthorized_client', 'This client may not use this grant type.');
  }
  return grant.run(deps, request);
}

async function clientCredentials(
  deps: TokenGrantDeps,
  { client, form, jkt, caller }: TokenRequest,
): Promise<TokenAnswer> {
  const scope = grantedScope(form.get('scope'), client.scopes);
  const audience = grantedAudience(form.get('resource'), client.audiences);
  const held = { subjectId: client.id, clientId: client.id, audience, scope, jkt };
  const { family } = deps.families.draft({ ...held, acr: undefined, credentialId: undefined, caller });
  const stored = await deps.store.machineFamily(family, deps.clock.now());
  if (stored === undefined) throw new OAuthError('invalid_client', 'The client was revoked.');
  return answer(deps, client, { ...stored, scope, audience }, undefined);
}

async function authorizationCode(
  deps: TokenGrantDeps,
  { client, form, jkt, caller }: TokenRequest,
): Promise<TokenAnswer> {
  const codeSha256 = sha256Text(required(form, 'code'));
  const taken = await deps.store.takeCode(codeSha256, client.id, deps.clock.now());
  if (taken.kind === 'reused' && taken.family !== undefined) {
    await deps.families.end(taken.family, 'code_reuse', caller, 'anonymous');
  }
  if (taken.kind !== 'taken' || !fits(taken.code, form, jkt)) throw invalidGrant();
  const { code } = taken;
  const { family, token } = deps.families.draft({
    subjectId: code.callerId,
    clientId: client.id,
    audience: grantedAudience(form.get('resource'), code.audience),
    scope: code.scope,
    acr: code.acr,
    credentialId: code.credentialId,
    authenticatedAt: code.authenticatedAt,
    jkt,
    caller,
  });
  if (!(await deps.store.openFamily({ codeSha256, family }))) throw invalidGrant();
  return answer(deps, client, family, token);
}

/** Redirect URI, PKCE (RFC 7636 4.6) and the key that the authorization was asked for with (RFC 9449 10). */
function fits(code: AuthorizationCode, form: Parameters, jkt: string | undefined): boolean {
  const verifier = form.get('code_verifier') ?? '';
  return (
    form.get('redirect_uri') === code.redirectUri &&
    /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) &&
    equalText(sha256Text(verifier), code.codeChallenge) &&
    (code.dpopJkt === undefined || code.dpopJkt === jkt)
  );
}

async function refreshToken(
  deps: TokenGrantDeps,
  { client, form, jkt, caller }: TokenRequest,
): Promise<TokenAnswer> {
  const text = required(form, 'refresh_token');
  // What is asked for must be within what was granted; looked at first, so that a mistake does not rotate.
  const known = await deps.families.find(text);
  if (known?.family.clientId === client.id) narrowed(known.family, client, form);
  const outcome = await deps.families.refresh(text, { clientId: client.id, jkt }, caller);
  if (outcome.kind === 'refused') throw refusal(outcome.reason);
  return answer(deps, client, narrowed(outcome.family, client, form), outcome.token);
}

/** What was granted, as far as the client may still have it, and of that what is asked for. */
function narrowed(family: TokenFamily, client: OAuthClient, form: Parameters): TokenFamily {
  const granted = family.scope.split(' ').filter((scope) => client.scopes.includes(scope));
  const audience = family.audience.filter((one) => client.audiences.includes(one));
  if (audience.length === 0) throw invalidGrant();
  return {
    ...family,
    scope: grantedScope(form.get('scope'), granted),
    audience: grantedAudience(form.get('resource'), audience),
  };
}

function refusal(reason: RefreshRefusal): OAuthError {
  if (reason !== 'contended') return invalidGrant();
  return new OAuthError('temporarily_unavailable', 'Try again.', { status: 503 });
}

/** The same for every reason, so that a stolen grant tells nothing. */
function invalidGrant(): OAuthError {
  return new OAuthError(
    'invalid_grant',
    'The grant is not valid, has expired, or belongs to another client or key.',
  );
}

async function answer(
  deps: TokenGrantDeps,
  client: OAuthClient,
  family: TokenFamily,
  refresh: RefreshToken | undefined,
): Promise<TokenAnswer> {
  const access = await deps.accessTokens.issue({
    ...family,
    familyId: family.id,
    authAt: refresh === undefined ? undefined : family.authenticatedAt,
    lifetimeMs: client.accessTokenSeconds * 1000,
  });
  return {
    access_token: access.token,
    token_type: family.jkt === undefined ? 'Bearer' : 'DPoP',
    // The started second counts, as `iat` has whole seconds; five of skew are granted anyway.
    expires_in: Math.max(0, Math.ceil((access.expiresAt - deps.clock.now()) / 1000)),
    ...(family.scope === '' ? {} : { scope: family.scope }),
    ...(refresh === undefined ? {} : { refresh_token: refresh.text }),
  };
}
