/** Ending many token families at once, each with the revocation that tells of it. */

import { and, eq, inArray, type SQL } from 'drizzle-orm';
import type { Revocation } from '../../lib/contract/revocation.ts';
import type { SessionFilter } from '../../lib/contract/sessions.ts';
import type { FamilyEndReason } from '../../lib/identity/token-family.ts';
import type { IdentityAuditEntry } from '../identity/records.ts';
import { appendAudit } from './audit.ts';
import type { Executor } from './database.ts';
import { revocations, tokenFamilies } from './schema.ts';
import type { FilterFacts } from './session-filter.ts';
import { liveFamilyIds } from './session-list.ts';

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const rowsPerInsert = 1_000;

interface Ending {
  nowMs: number;
  revocationExpiresAt: number;
  reason: FamilyEndReason;
}

/** Ends the live families that fit, for good. Their revocations are new, since each was live until now. */
export async function endFamilies(tx: Executor, which: SQL, ending: Ending): Promise<Revocation[]> {
  const ended = await tx
    .update(tokenFamilies)
    .set({ status: 'revoked', revokedAt: ending.nowMs, revokedReason: ending.reason })
    .where(and(which, eq(tokenFamilies.status, 'live')))
    .returning({ id: tokenFamilies.id });
  const made = ended.map(({ id }): Revocation => {
    return { kind: 'family', subject: id, at: ending.nowMs, expiresAt: ending.revocationExpiresAt };
  });
  for (let from = 0; from < made.length; from += rowsPerInsert) {
    await tx
      .insert(revocations)
      .values(made.slice(from, from + rowsPerInsert))
      .onConflictDoNothing();
  }
  return made;
}

/** Ends what a filter means, unless that is more than `familiesMax`. */
export async function endFiltered(
  tx: Executor,
  end: Ending & { filter: SessionFilter; facts: FilterFacts; familiesMax: number; audit: IdentityAuditEntry },
): Promise<Revocation[] | 'too_many'> {
  const ids = await liveFamilyIds(tx, end.filter, end.facts, end.familiesMax + 1);
  if (ids.length > end.familiesMax) return 'too_many';
  if (ids.length === 0) return [];
  const made = await endFamilies(tx, inArray(tokenFamilies.id, ids), end);
  await appendAudit(tx, [{ ...end.audit, detail: { ...end.audit.detail, families: made.length } }]);
  return made;
}
