import type { Presence } from '../../lib/identity/confirmation.ts';
import type { OperatorFacts } from './decision-request.ts';

/** An operator with a live session, as whoever decides sees it. */
export interface Asker {
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
  /**
   * Set where that use was a step-up, which is fresh for one operation only: ask authenticationAgeMs in
   * lib/identity/confirmation.ts instead of reading `authAt`.
   */
  confirmed?: Presence['confirmed'];
  /** From a recovery: may enrol a passkey and nothing else; authenticate.ts keeps it from every other route. */
  enrolOnly?: boolean;
  /** When the access token was issued and when it ends, ms since the epoch. */
  issuedAt: number;
  expiresAt: number;
  /** As the server found it, for this request; a socket's is that of its handshake. */
  address: string;
  transport: 'http' | 'socket';
  /** Whether the passkey that opened the session can leave its device. */
  deviceTrust: OperatorFacts['deviceTrust'];
}
