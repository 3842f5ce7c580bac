/**
 * Sign-in and session, as the browser speaks it. Plain types only.
 *
 * Every call carries a `DPoP` proof (RFC 9449) by one non-extractable P-256 key that the browser keeps in IndexedDB.
 * A missing or stale nonce is answered 401 `use_dpop_nonce` with a `DPoP-Nonce` header: repeat with it.
 * All are POST with JSON and refuse any other content type, `Origin` or `Sec-Fetch-Site`.
 *
 *   POST /api/setup/begin     SetupBegin       -> Ceremony            404 once an operator exists or the link is void
 *   POST /api/setup/finish    CeremonyFinish   -> SessionGrant  + refresh cookie
 *   POST /api/sign-in/begin   {}               -> Ceremony            the same for everyone: no user name
 *   POST /api/sign-in/finish  CeremonyFinish   -> SessionGrant  + refresh cookie
 *   POST /api/session/refresh {}               -> SessionGrant  + rotated cookie
 *   POST /api/session/sign-out {}              -> 204, cookie and site data cleared (needs the access token)
 *   GET  /api/session                          -> SessionState (public)
 *   POST /api/auth/step-up/begin  StepUpBegin    -> Ceremony          (both need the access token)
 *   POST /api/auth/step-up/finish CeremonyFinish -> SessionGrant      a new access token, fresh for that operation
 *
 * Protected calls: `Authorization: DPoP <access token>` and a proof with `ath`.
 * The socket: `auth: {token, dpop}`, proof with htm GET and htu `<PUBLIC_URL>/socket.io/`.
 */

export interface SetupBegin {
  /** From the fragment of the setup link. */
  token: string;
  /** How the first operator is called. */
  name: string;
}

export interface Ceremony {
  /** `cer_…`; single use, 5 minutes. */
  ceremonyId: string;
  /** WebAuthn options as JSON (PublicKeyCredentialCreationOptionsJSON or ...RequestOptionsJSON). */
  options: Record<string, unknown>;
}

export interface CeremonyFinish {
  ceremonyId: string;
  /** The authenticator's answer as JSON. */
  response: Record<string, unknown>;
}

/**
 * Use the passkey again, for one operation (RFC 9470). The new access token carries a fresh `auth_time`, which counts
 * for this operation alone; for everything else the session stays as old as its sign-in. It works as any other token.
 */
export interface StepUpBegin {
  /** From the problem `step_up_required`: action, and the id it is about, `device.remove dev_…`. */
  operation: string;
}

/** Members of the problem `step_up_required` beside the usual ones. */
export interface StepUpRequired {
  operation: string;
  /** How old the use of the passkey may be. */
  maxAgeSeconds: number;
}

export interface SessionState {
  /** True while no operator exists: the console says where the setup link is printed. */
  setupNeeded: boolean;
}
