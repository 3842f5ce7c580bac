/** Token families that are in use now, to act on what an alert is about. */

import { and, eq, gt } from 'drizzle-orm';
import type { Database } from './database.ts';
import { tokenFamilies } from './schema.ts';

/** A holder has a handful; beyond, whoever answers an alert revokes by holder instead. */
const familiesMax = 1_000;

export interface FamiliesOf {
  holderId?: string;
  familyId?: string;
}

export function createLiveFamilies({
  database: { db },
  clock,
}: {
  database: Database;
  clock: { now(): number };
}) {
  return async ({ holderId, familyId }: FamiliesOf): Promise<{ id: string; holderId: string }[]> => {
    if (holderId === undefined && familyId === undefined) return [];
    return db
      .select({ id: tokenFamilies.id, holderId: tokenFamilies.subjectId })
      .from(tokenFamilies)
      .where(
        and(
          eq(tokenFamilies.status, 'live'),
          gt(tokenFamilies.expiresAt, clock.now()),
          familyId === undefined ? undefined : eq(tokenFamilies.id, familyId),
          holderId === undefined ? undefined : eq(tokenFamilies.subjectId, holderId),
        ),
      )
      .limit(familiesMax);
  };
}
