/**
 * Tokens that end before their time, as the server keeps them and as `GET /v1/stream` tells them to services that
 * verify tokens themselves. Inlined by the SDK: no imports.
 */

/**
 * - `token`: this `jti`. - `family`: all tokens of one sign-in, for good.
 * - `subject`, `client`, `all`: what was issued up to `at` to a person or machine, to a client, to everyone.
 * - `key`: whatever this signing key (`kid`) has signed.
 */
export type RevocationKind = 'token' | 'family' | 'subject' | 'client' | 'key' | 'all';

export interface Revocation {
  kind: RevocationKind;
  /** jti, `fam_…`, `opr_…` or `cal_…` or `cli_…`, `cli_…`, kid; `*` for `all`. */
  subject: string;
  /** When it was revoked, ms since the epoch. */
  at: number;
  /** Kept until then, ms since the epoch: no token that it concerns is valid any longer. */
  expiresAt: number;
}
