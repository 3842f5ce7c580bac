/** Ending tokens by order of a person: one, a family, or all of a person or machine, of a client, of everybody. */

import type { Revocation } from '../../lib/contract/revocation.ts';
import type { FamilyEndReason } from '../../lib/identity/token-family.ts';
import { type RevocationView, revocationExpiresAt } from './revocation-view.ts';
import type { IdentityStore } from './store.ts';

/** `subject`: jti, `fam_…`, the holder's id, `cli_…`, kid; `*` for `all`. */
export type TokensOf = Pick<Revocation, 'kind' | 'subject'>;

export interface RevokedBy {
  /** `opr_…`, `cli_…` or `tidegate`. */
  actor: string;
  address: string;
}

/**
 * Memory and listeners go first, so that nobody waits for a disk to be refused; families that can be refreshed end in
 * the same transaction that records it. @returns how many families ended
 */
export async function revokeTokens(
  deps: {
    store: Pick<IdentityStore, 'addRevocation'>;
    view: Pick<RevocationView, 'add'>;
    clock: { now(): number };
  },
  what: TokensOf,
  by: RevokedBy,
  reason: FamilyEndReason = 'revoked',
): Promise<number> {
  const at = deps.clock.now();
  const revocation: Revocation = { ...what, at, expiresAt: revocationExpiresAt(at) };
  deps.view.add(revocation);
  return deps.store.addRevocation(revocation, reason, {
    at,
    ...by,
    action: what.kind === 'token' ? 'token.revoked' : 'tokens.revoked',
    target: what.subject,
    outcome: 'done',
    detail: { kind: what.kind },
  });
}
