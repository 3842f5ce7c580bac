/** Bounds of the tables of who may do what: invitations that are over, and versions of the policies long replaced. */

import { lt, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { invites, policyHead, policyVersions } from './schema-policies.ts';

/** An invitation that is over is listed for this long. */
const invitesMs = 90 * 24 * 60 * 60 * 1000;
/** Versions kept, newest first, and the one in force: with the largest texts 500 MB, with usual ones 5. */
const versionsMax = 500;

export function policyDuties({ db }: Pick<Database, 'db'>, clock: { now(): number }) {
  return {
    invites: () => db.delete(invites).where(lt(invites.expiresAt, clock.now() - invitesMs)),
    policyVersions: () =>
      db.execute(sql`
        delete from ${policyVersions} where version <= (select max(version) from ${policyVersions}) - ${versionsMax}
          and version not in (select version from ${policyHead})`),
  };
}
