/**
 * The token service as its administration speaks of it: clients that get tokens, callers (people of the customer's
 * API) and what they sign in to. The protocol itself is OAuth's own: RFC 6749 with RFC 7636, 9449 and 9700.
 */

/**
 * - `machine`: a program with a secret, `client_credentials`.
 * - `web`: a server that signs people in, with a secret; authorization code and refresh tokens.
 * - `public`: the same without a place for a secret: a page or an app, held to its key by DPoP.
 * - `resource`: an API that asks about tokens made for it (RFC 7662); it gets none.
 */
export type ClientKind = 'machine' | 'web' | 'public' | 'resource';

export interface ClientDraft {
  name: string;
  kind: ClientKind;
  /** Compared as text, exactly. For `web` and `public` only. */
  redirectUris: string[];
  /** Absolute URIs of the APIs that its tokens may be for (RFC 8707); of a `resource`: its own. */
  audiences: string[];
  /** All that it may ask for. */
  scopes: string[];
  /** True: tokens without a proof are given out where none is sent. Never for `public`. */
  bearerAllowed: boolean;
  /** Life of its access tokens, 60 to 900 s. */
  accessTokenSeconds: number;
}

export interface ClientSecret {
  /** `sec_…` */
  id: string;
  /** First characters, enough to recognise it. */
  prefix: string;
  createdAt: number;
  createdBy: string;
  lastUsedAt?: number;
}

export interface OAuthClient extends ClientDraft {
  /** `cli_…` */
  id: string;
  createdAt: number;
  createdBy: string;
  lastUsedAt?: number;
  revokedAt?: number;
  /** Live ones, at most two; empty for `public`. */
  secrets: ClientSecret[];
}

/** `POST /api/clients` and `POST /api/clients/{id}/secrets`: the only time the secret is seen. */
export interface ClientCreated {
  client: OAuthClient;
  /** Absent for `public`. */
  secret?: string;
}

/** A person who calls the customer's API. */
export interface CallerAccount {
  /** `cal_…`: the `sub` of the person's tokens. */
  id: string;
  name: string;
  passkeys: number;
  createdAt: number;
  /** `opr_…` or `cli_…` */
  createdBy: string;
  lastUsedAt?: number;
  disabledAt?: number;
}

/** `POST /api/callers`, `POST /api/callers/{id}/link`: the only time the link is seen. */
export interface CallerInvited {
  caller: CallerAccount;
  /** Opens once, to make a passkey. */
  link: string;
  expiresAt: number;
}

/** What the hosted page shows before it asks for the passkey. */
export interface AuthorizationView {
  clientName: string;
  /** Host that the person comes back to. */
  returnsTo: string;
  scopes: string[];
}

/**
 * How a person proved who they are: phishing-resistant (OpenID EAP ACR Values 1.0), which a passkey with user
 * verification is. That its key sits in hardware (`phrh`) is never said, since nothing but the authenticator's own word
 * would stand for it.
 */
export type Acr = 'phr';

/** `GET /api/signing-keys` */
export interface SigningKey {
  kid: string;
  /** `next` is published before it signs; `previous` only verifies until its last token has expired. */
  state: 'next' | 'current' | 'previous';
  createdAt: number;
  activatedAt?: number;
  retiredAt?: number;
}
