/** Who could be in charge, and the lock under which that may change: of policies and of operators' rights together. */

import { and, eq, isNull } from 'drizzle-orm';
import type { OperatorStanding } from '../policies/standing.ts';
import type { Executor } from './database.ts';
import { operators } from './schema.ts';
import { policyHead } from './schema-policies.ts';

export type EnabledOwner = OperatorStanding;

/** Whoever holds it changes who may do what; the others wait. @returns the version of the policies in force */
export async function lockPolicies(tx: Executor): Promise<number> {
  const [head] = await tx.select().from(policyHead).where(eq(policyHead.id, 1)).for('update');
  if (head === undefined) throw new Error('the policy head is missing: the migrations did not run');
  return head.version;
}

/** Call it after the change, in its transaction. */
export async function enabledOwners(tx: Executor): Promise<EnabledOwner[]> {
  const rows = await tx
    .select()
    .from(operators)
    .where(and(eq(operators.role, 'owner'), isNull(operators.disabledAt)));
  return rows.map(standingOf);
}

export function standingOf(row: typeof operators.$inferSelect): OperatorStanding {
  const { id, name, role, team, clearance, disabledAt } = row;
  return { id, name, role, team, clearance, disabledAt: disabledAt ?? undefined };
}
