/** Who is calling: an operator with a live session, as every route and socket event sees it. */
export interface Principal {
  /** `opr_…` */
  operatorId: string;
  name: string;
  /** `fam_…`: the session; revoking it ends every token and socket of this sign-in. */
  familyId: string;
  /** The access token's `jti`. */
  tokenId: string;
  /** Thumbprint (RFC 7638) of the key that the session is bound to. */
  jkt: string;
  /** When the passkey was last used in this session, ms since the epoch. */
  authAt: number;
  /** When the access token was issued and when it ends, ms since the epoch. */
  issuedAt: number;
  expiresAt: number;
}
