/**
 * Verifies access tokens of Tidegate inside the API that they are for, without a call to anybody: signature, issuer,
 * audience, times, the proof of the key that the token is bound to, and the pushed view of what was revoked.
 */

import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import { JOSEError, JWTExpired } from 'jose/errors';
import { streamSilenceMsMax } from '../../lib/contract/stream.ts';
import { isSpelledOnce } from '../../lib/enforcement/signed-text.ts';
import type { World } from './client.ts';
import { createDropLedger } from './drop-ledger.ts';
import { createStreamReader } from './stream-reader.ts';
import { readTokenClaims, type VerifiedToken } from './token-claims.ts';
import { createServerClock } from './token-clock.ts';
import { createTokenNonces } from './token-nonce.ts';
import { type TokenSettings, type TokenVerifierOptions, tokenSettingsOf } from './token-options.ts';
import { clockSkewMs, createProofCheck, type ProofVerdict } from './token-proof.ts';
import {
  type TokenNeeds,
  type TokenRefusal,
  type TokenRefusalReason,
  tokenRefusal,
} from './token-refusal.ts';
import { createTokenView, type TokenView } from './token-view.ts';

/** A request of the Fetch standard, of Node's http module, or of Express. */
export interface TokenRequest {
  method?: string | undefined;
  url?: string | undefined;
  /** Express: the path before a router took its part. */
  originalUrl?: string | undefined;
  headers: Headers | { readonly [name: string]: string | string[] | undefined };
}

export type TokenVerdict =
  | {
      kind: 'valid';
      token: VerifiedToken;
      /** For the answer: the nonce of the caller's next proof. Without it the caller has to ask once more. */
      headers: Record<string, string>;
    }
  | { kind: 'refused'; reason: TokenRefusalReason; refusal: TokenRefusal };

export interface TokenVerifier {
  /** Whether this request comes with a good token, for what it needs. Never throws. */
  verifyToken(request: TokenRequest, needs?: TokenNeeds): Promise<TokenVerdict>;
  /** True as soon as it is known what was revoked, false if it is not in time. Until then everybody is refused. */
  ready(timeoutMs: number): Promise<boolean>;
  stats(): { fresh: boolean; viewAgeMs: number };
  close(): void;
}

/** Tidegate's own have about 700 characters. */
const tokenCharsMax = 4_096;
/** A key set is fetched again after this, or at once for an unknown key, though not more often than the pause. */
const keysKeptMs = 10 * 60_000;
const keysPauseMs = 10_000;

interface Parts {
  settings: TokenSettings;
  view: TokenView;
  keys: ReturnType<typeof createRemoteJWKSet>;
  checkProof: ReturnType<typeof createProofCheck>;
  clock: { now(): number };
}

/** @throws TypeError for options that cannot be used. */
export function createTokenVerifierIn(options: TokenVerifierOptions, world: World): TokenVerifier {
  const settings = tokenSettingsOf(options);
  const { monotonic } = world;
  const clock = createServerClock(world.clock);
  const view = createTokenView({ monotonic, staleAfterMs: settings.staleAfterMs });
  const { warn } = createDropLedger({ clock, onDiagnostic: settings.onDiagnostic });
  const waiting = new Set<() => void>();
  const stream = createStreamReader({
    ...settings,
    ...world,
    instance: randomUUID(),
    watch: 'revocations',
    silenceMsMax: Math.min(streamSilenceMsMax, settings.staleAfterMs),
    fetch: (...request) => {
      clock.noteRequest();
      return world.fetch(...request);
    },
    onOpen: clock.noteServerDate,
    onEvent(event) {
      if (view.applyEvent(event) === 'gap') return stream.restart();
      // Keys were replaced: the new ones are fetched now, not at the first token that nobody can verify.
      if (event.type === 'delta' && event.data.revoked?.some(({ kind }) => kind === 'key')) fetchKeys();
      if (view.isFresh()) for (const resolve of waiting) resolve();
    },
    onCut: () => warn('revocations_unheard'),
    onInvalid: () => warn('stream_invalid'),
  });
  const keys = createRemoteJWKSet(new URL('.well-known/jwks.json', settings.url), {
    timeoutDuration: settings.requestTimeoutMs,
    cacheMaxAge: keysKeptMs,
    cooldownDuration: keysPauseMs,
    [customFetch]: (...request: Parameters<typeof fetch>) => world.fetch(...request),
  });
  const nonces = settings.nonces ? createTokenNonces({ ...settings, clock }) : undefined;
  const fetchKeys = () => void keys.reload().catch(() => warn('keys_unreachable'));
  const parts = { settings, view, keys, checkProof: createProofCheck({ clock, nonces }), clock };
  stream.start();
  // So that the first request does not wait for them.
  fetchKeys();

  return {
    async verifyToken(request, needs = {}) {
      const found = await judge(parts, request, needs);
      const headers: Record<string, string> = nonces === undefined ? {} : { 'dpop-nonce': nonces.current() };
      if (typeof found !== 'string') return { kind: 'valid', token: found, headers };
      if (found === 'unavailable') warn(view.isFresh() ? 'keys_unreachable' : 'revocations_unheard');
      return {
        kind: 'refused',
        reason: found,
        refusal: tokenRefusal(found, needs, { ...settings, headers }),
      };
    },
    ready: (timeoutMs) => waitUntil(() => view.isFresh(), waiting, timeoutMs),
    stats: () => ({ fresh: view.isFresh(), viewAgeMs: view.ageMs() }),
    close: () => stream.stop(),
  };
}

const proofRefusals = {
  invalid: 'invalid_dpop_proof',
  stale_nonce: 'use_dpop_nonce',
  full: 'rate_limited',
} as const satisfies Record<Exclude<ProofVerdict, 'valid'>, TokenRefusalReason>;

async function judge(
  parts: Parts,
  request: TokenRequest,
  needs: TokenNeeds,
): Promise<VerifiedToken | TokenRefusalReason> {
  const { settings, view } = parts;
  const presented = /^(DPoP|Bearer) +([A-Za-z0-9_.-]+)$/i.exec(headerOf(request, 'authorization') ?? '');
  const [, scheme = '', text = ''] = presented ?? [];
  if (text === '') return 'no_token';
  if (!view.isFresh()) return 'unavailable';
  const read = await readToken(parts, text);
  if (typeof read === 'string') return read;
  const { token, kid } = read;
  if (view.isRevoked({ ...token, kid })) return 'token_revoked';
  if (token.jkt === undefined) {
    if (!settings.allowBearer || !/^bearer$/i.test(scheme)) return 'invalid_token';
  } else {
    // A bound token without its scheme would be a downgrade (RFC 9449 7.2).
    if (!/^dpop$/i.test(scheme)) return 'invalid_token';
    const verdict = await parts.checkProof(headerOf(request, 'dpop'), {
      ...{
        method: request.method ?? 'GET',
        origin: settings.publicUrl.origin,
        path: pathOf(settings, request),
      },
      ...{ token: text, jkt: token.jkt, familyId: token.familyId },
    });
    if (verdict !== 'valid') return proofRefusals[verdict];
  }
  // Checking the proof took a moment, in which the token may have been revoked.
  if (view.isRevoked({ ...token, kid })) return 'token_revoked';
  return lacks(token, needs, parts.clock.now()) ?? token;
}

async function readToken(
  { settings, keys, clock }: Parts,
  text: string,
): Promise<{ token: VerifiedToken; kid: string } | TokenRefusalReason> {
  if (text.length > tokenCharsMax || !isSpelledOnce(text)) return 'invalid_token';
  try {
    const { payload, protectedHeader } = await jwtVerify(text, keys, {
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      issuer: settings.issuer,
      audience: settings.audience,
      clockTolerance: clockSkewMs / 1000,
      currentDate: new Date(clock.now()),
    });
    const token = readTokenClaims(payload);
    const isEarly = token !== undefined && token.issuedAt > clock.now() + clockSkewMs;
    return token === undefined || isEarly ? 'invalid_token' : { token, kid: protectedHeader.kid ?? '' };
  } catch (error) {
    if (error instanceof JWTExpired) return 'token_expired';
    // Anything but a judgement on the token means that the keys could not be had.
    const isJudged =
      error instanceof JOSEError && error.code !== 'ERR_JWKS_TIMEOUT' && error.code !== 'ERR_JOSE_GENERIC';
    return isJudged ? 'invalid_token' : 'unavailable';
  }
}

/** What a good token lacks for this resource. */
function lacks(token: VerifiedToken, needs: TokenNeeds, nowMs: number): TokenRefusalReason | undefined {
  const { scopes = [], maxAgeSeconds, acr } = needs;
  if (!scopes.every((scope) => token.scopes.includes(scope))) return 'insufficient_scope';
  if (acr !== undefined && token.acr !== acr) return 'step_up_required';
  if (maxAgeSeconds === undefined) return undefined;
  const isRecent = token.authAt !== undefined && nowMs - token.authAt <= maxAgeSeconds * 1000;
  return isRecent ? undefined : 'step_up_required';
}

function headerOf({ headers }: TokenRequest, name: string): string | undefined {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  // Sent twice means that somebody is guessing which one counts.
  return typeof value === 'string' ? value : undefined;
}

/** The path as the caller sees it; what the host header says is never asked. */
function pathOf({ publicUrl }: TokenSettings, { originalUrl, url = '/' }: TokenRequest): string {
  const target = originalUrl ?? url;
  const path = target.startsWith('/')
    ? (target.split(/[?#]/)[0] ?? '/')
    : URL.canParse(target)
      ? new URL(target).pathname
      : '/';
  const normal = new URL(path.replace(/^\/+/, '/'), publicUrl.origin).pathname;
  return publicUrl.pathname === '/' ? normal : `${publicUrl.pathname.slice(0, -1)}${normal}`;
}

function waitUntil(isSo: () => boolean, waiting: Set<() => void>, timeoutMs: number): Promise<boolean> {
  if (isSo()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (isReady: boolean): void => {
      waiting.delete(done);
      clearTimeout(limit);
      resolve(isReady);
    };
    const done = () => end(true);
    const limit = setTimeout(end, Math.max(0, timeoutMs), false);
    waiting.add(done);
  });
}
