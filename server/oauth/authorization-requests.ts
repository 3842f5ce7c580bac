/**
 * What clients have asked people for (RFC 6749 4.1.1), judged, and waiting on the hosted page for a passkey. Kept in
 * memory and bounded, as ceremonies are: a restart costs a person one more click.
 *
 * Until client and redirect URI are known to be right, nothing may be sent anywhere (RFC 9700 4.1, 4.11): those refusals
 * are thrown, all others are answers that go back to the client.
 */

import type { OAuthClient } from '../../lib/contract/oauth.ts';
import { randomText } from '../identity/keyring.ts';
import { grantedAudience, grantedScope } from './client-rights.ts';
import { type Parameters, parametersOf, repeated, required } from './form.ts';
import { OAuthError } from './oauth-error.ts';
import type { ClientStore } from './store.ts';

/** A person who reads the page first. */
const requestLifetimeMs = 10 * 60 * 1000;
/** About 1 kB each. */
const requestsMax = 20_000;
/** An address with more loses its own oldest. */
const perAddressMax = 1_000;

export interface AuthorizationRequest {
  client: OAuthClient;
  redirectUri: string;
  state: string | undefined;
  scope: string;
  audience: string[];
  codeChallenge: string;
  /** The key that the code is for, where the client names it (RFC 9449 10). */
  dpopJkt: string | undefined;
}

interface Waiting {
  request: AuthorizationRequest;
  address: string;
  expiresAt: number;
}

export interface AuthorizationRequestDeps {
  store: Pick<ClientStore, 'findClient'>;
  issuer: string;
  clock: { now(): number };
}

export function createAuthorizationRequests(deps: AuthorizationRequestDeps) {
  // In order of asking, which is also the order of expiry.
  const waiting = new Map<string, Waiting>();

  function makeRoom(address: string, nowMs: number): void {
    for (const [id, { expiresAt }] of waiting) {
      if (expiresAt > nowMs && waiting.size < requestsMax) break;
      waiting.delete(id);
    }
    const own = [...waiting].filter(([, entry]) => entry.address === address);
    if (own.length >= perAddressMax && own[0] !== undefined) waiting.delete(own[0][0]);
  }

  return {
    /**
     * @returns the id to show the page with, or where to send the person back to with a refusal
     * @throws OAuthError where nobody can be sent back
     */
    async open(query: URLSearchParams, address: string): Promise<{ id: string } | { redirectTo: string }> {
      const { client, redirectUri } = await readTarget(deps, query);
      const state = query.get('state') ?? undefined;
      try {
        const request = { client, redirectUri, state, ...readRequest(query, client) };
        const nowMs = deps.clock.now();
        makeRoom(address, nowMs);
        const id = `arq_${randomText(16)}`;
        waiting.set(id, { request, address, expiresAt: nowMs + requestLifetimeMs });
        return { id };
      } catch (error) {
        if (!(error instanceof OAuthError)) throw error;
        const refusal = { error: error.code, error_description: error.message };
        return { redirectTo: answerUrl({ redirectUri, state }, deps.issuer, refusal) };
      }
    },

    find(id: string): AuthorizationRequest | undefined {
      const entry = waiting.get(id);
      return entry === undefined || entry.expiresAt <= deps.clock.now() ? undefined : entry.request;
    },

    /** The request, once. */
    take(id: string): AuthorizationRequest | undefined {
      const request = this.find(id);
      waiting.delete(id);
      return request;
    },

    size: () => waiting.size,
  };
}

/** @returns the redirect URI with an answer of ours, which always says who answers (RFC 9207). */
export function answerUrl(
  target: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
  issuer: string,
  answer: Record<string, string>,
): string {
  const url = new URL(target.redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.append(name, value);
  if (target.state !== undefined) url.searchParams.append('state', target.state);
  url.searchParams.append('iss', issuer);
  return url.href;
}

async function readTarget(deps: AuthorizationRequestDeps, query: URLSearchParams) {
  const parameters = parametersOf(query);
  const twice = repeated(query);
  if (twice.includes('client_id') || twice.includes('redirect_uri')) {
    throw new OAuthError('invalid_request', 'A parameter is there twice.');
  }
  const client = await deps.store.findClient(required(parameters, 'client_id'));
  const redirectUri = required(parameters, 'redirect_uri');
  if (client === undefined || !client.redirectUris.some((known) => isSameRedirect(known, redirectUri))) {
    throw new OAuthError('invalid_request', 'This client or its redirect URI is not known here.');
  }
  return { client, redirectUri };
}

/** Exactly the same text; a native app's port on the loopback address may differ (RFC 8252 7.3, RFC 9700 4.1.3). */
function isSameRedirect(known: string, asked: string): boolean {
  if (known === asked) return true;
  const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::\d{1,5})?(\/[^\s]*)?$/;
  const [left, right] = [loopback.exec(known), loopback.exec(asked)];
  return left !== null && right !== null && left[1] === right[1] && left[2] === right[2];
}

const notSupported = { request: 'request_not_supported', request_uri: 'request_uri_not_supported' } as const;

function readRequest(query: URLSearchParams, client: OAuthClient) {
  if (repeated(query).length > 0) throw new OAuthError('invalid_request', 'A parameter is there twice.');
  const parameters = parametersOf(query);
  for (const [name, code] of Object.entries(notSupported)) {
    if (parameters.has(name)) throw new OAuthError(code, `The parameter ${name} is not supported.`);
  }
  if (required(parameters, 'response_type') !== 'code') {
    throw new OAuthError('unsupported_response_type', 'Only the response type code is supported.');
  }
  if ((parameters.get('response_mode') ?? 'query') !== 'query') {
    throw new OAuthError('invalid_request', 'Only the response mode query is supported.');
  }
  if (parameters.get('prompt')?.split(' ').includes('none')) {
    throw new OAuthError('login_required', 'People always use their passkey here.');
  }
  refuseUnmetAcr(parameters);
  return {
    scope: grantedScope(parameters.get('scope'), client.scopes),
    audience: grantedAudience(parameters.get('resource'), client.audiences),
    codeChallenge: readChallenge(parameters),
    dpopJkt: readThumbprint(parameters),
  };
}

/** RFC 9470 4: every sign-in is fresh and phishing-resistant, so any `max_age` is met, and `acr_values` with `phr`. */
function refuseUnmetAcr(parameters: Parameters): void {
  const asked = parameters.get('acr_values')?.split(' ') ?? ['phr'];
  if (!asked.includes('phr')) {
    throw new OAuthError('unmet_authentication_requirements', 'Passkeys here give the acr phr.');
  }
  const maxAge = parameters.get('max_age');
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) {
    throw new OAuthError('invalid_request', 'The parameter max_age must be a number of seconds.');
  }
}

function readChallenge(parameters: Parameters): string {
  const challenge = required(parameters, 'code_challenge');
  if (parameters.get('code_challenge_method') !== 'S256' || !/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    throw new OAuthError('invalid_request', 'PKCE with the method S256 is needed.');
  }
  return challenge;
}

function readThumbprint(parameters: Parameters): string | undefined {
  const jkt = parameters.get('dpop_jkt');
  if (jkt !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(jkt)) {
    throw new OAuthError('invalid_request', 'The parameter dpop_jkt is not a thumbprint.');
  }
  return jkt;
}

export type AuthorizationRequests = ReturnType<typeof createAuthorizationRequests>;
