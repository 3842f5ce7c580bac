/** What the token service lets go: codes and links that ran out, and clients that were revoked long ago. */

import { and, isNotNull, lt } from 'drizzle-orm';
import type { Database } from './database.ts';
import { authorizationCodes, callerLinks, oauthClients } from './schema-oauth.ts';

/** A code shown again within this time still ends what came of it. */
const codesMs = 24 * 60 * 60 * 1000;

/** Duties of retention.ts. @param revokedMs how long a revoked client stays listed */
export function oauthDuties(
  { db }: Pick<Database, 'db'>,
  clock: { now(): number },
  revokedMs: number,
): Record<string, () => Promise<unknown>> {
  return {
    codes: () => db.delete(authorizationCodes).where(lt(authorizationCodes.expiresAt, clock.now() - codesMs)),
    links: () => db.delete(callerLinks).where(lt(callerLinks.expiresAt, clock.now())),
    clients: () =>
      db
        .delete(oauthClients)
        .where(and(isNotNull(oauthClients.revokedAt), lt(oauthClients.revokedAt, clock.now() - revokedMs))),
  };
}
