/** What a verifier may be told, checked once at construction: a mistake there is a TypeError that names the option. */

import type { Diagnostic } from './drop-ledger.ts';
import { functionOf, keyOf, numberOf, urlOf, warnOnConsole } from './options.ts';

export interface TokenVerifierOptions {
  /** Where Tidegate listens, for example `http://tidegate.internal:3000`. */
  url: string;
  /** An ingest key. */
  key: string;
  /** The URI of this API, as it stands in the clients' `audiences`. */
  audience: string;
  /** Where callers reach this API, for example `https://api.example.com`; proofs are made for it. */
  publicUrl: string;
  /** The `iss` of its tokens: the origin of Tidegate's PUBLIC_URL. Default: the origin of `url`. */
  issuer?: string;
  /**
   * Whether proofs must carry a nonce of this service. Default true; without, a proof can be made in advance by whoever
   * uses the key for a moment, and callers' clocks must be right.
   */
  nonces?: boolean;
  /** Whether tokens that are bound to no key are taken. Default false. */
  allowBearer?: boolean;
  /** A view of revocations that is older than this refuses everybody. Default 30 s; Tidegate speaks every 15 s. */
  staleAfterMs?: number;
  /** One attempt to open the stream or to fetch the keys. Default 10 s. */
  requestTimeoutMs?: number;
  /** First pause after a failure; doubles up to 30 s. Default 250 ms. */
  backoffMs?: number;
  /** Takes what is worth telling an operator, at most one line a minute for each code. Default: `console.warn`. */
  onDiagnostic?: (diagnostic: Diagnostic) => void;
}

export type TokenSettings = Required<Omit<TokenVerifierOptions, 'url' | 'publicUrl'>> & {
  url: URL;
  publicUrl: URL;
};

const hourMs = 60 * 60 * 1000;

/** @throws TypeError naming the option that cannot be used; it never holds the key. */
export function tokenSettingsOf(options: TokenVerifierOptions): TokenSettings {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('createTokenVerifier needs options.');
  const url = urlOf(options.url);
  return {
    url,
    publicUrl: urlOf(options.publicUrl, 'publicUrl'),
    key: keyOf(options.key),
    audience: textOf('audience', options.audience),
    issuer: textOf('issuer', options.issuer ?? url.origin),
    nonces: options.nonces !== false,
    allowBearer: options.allowBearer === true,
    // Shorter than the time between two pings, a quiet minute would look like an outage.
    staleAfterMs: numberOf('staleAfterMs', options.staleAfterMs, {
      fallback: 30_000,
      min: 20_000,
      max: hourMs,
    }),
    requestTimeoutMs: numberOf('requestTimeoutMs', options.requestTimeoutMs, {
      ...{ fallback: 10_000, min: 10, max: hourMs },
    }),
    backoffMs: numberOf('backoffMs', options.backoffMs, { fallback: 250, min: 1, max: 30_000 }),
    onDiagnostic: functionOf('onDiagnostic', options.onDiagnostic) ?? warnOnConsole,
  };
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${name} must be a text.`);
}
