/**
 * Keeps every table bounded, by age and by count, and lets what ends by itself end: mutes, exceptions, sessions.
 * Each duty runs on its own, so that one that fails does not stop the others.
 */

import { lt, or } from 'drizzle-orm';
import { retentionLimits } from '../../lib/contract/retention.ts';
import type { Log } from '../observe/log.ts';
import type { Alerts } from './alerts.ts';
import { dropAuditBefore } from './audit.ts';
import type { Database } from './database.ts';
import type { Exceptions } from './exceptions.ts';
import type { IngestKeys } from './ingest-keys.ts';
import { oauthDuties } from './oauth-retention.ts';
import { policyDuties } from './policy-retention.ts';
import { credentials, ingestKeys as ingestKeysTable, revocations, tokenFamilies } from './schema.ts';
import { recoverySecrets } from './schema-accounts.ts';

/** A mute may end this late. */
const quickMs = 5_000;
const slowMs = 10 * 60 * 1000;

export interface Retention {
  /** What must be on time: whether the database is well, and mutes that ended. */
  runQuick(): Promise<void>;
  /** What may take its time: deletions, and when keys were last used. */
  runSlow(): Promise<void>;
  /** Stops the timers and stores what is only in memory. */
  close(): Promise<void>;
}

export function createRetention(deps: {
  database: Database;
  alerts: Alerts;
  exceptions: Exceptions;
  ingestKeys: Pick<IngestKeys, 'storeLastUsed' | 'endExpired'>;
  clock: { now(): number };
  /** Runs `work` every `intervalMs`; returns how to stop it. */
  every: (intervalMs: number, work: () => void) => () => void;
  log: Log;
}): Retention {
  const { database, alerts, exceptions, ingestKeys, clock, log } = deps;

  async function runAll(duties: Record<string, () => Promise<unknown>>): Promise<void> {
    for (const [duty, work] of Object.entries(duties)) {
      try {
        await work();
      } catch (error) {
        log.warn({ err: error, duty }, 'a retention duty failed; it will run again');
      }
    }
  }

  async function runQuick(): Promise<void> {
    await runAll({ expiredKeys: ingestKeys.endExpired });
    const { ok } = await database.health();
    if (ok) await runAll({ mutes: alerts.reopenEndedMutes });
  }

  const runSlow = () =>
    runAll({
      alerts: () =>
        alerts.dropOld({ atMs: clock.now() - retentionLimits.alertsMs, keepMax: retentionLimits.alertsMax }),
      exceptions: exceptions.dropExpired,
      revocations: () => database.db.delete(revocations).where(lt(revocations.expiresAt, clock.now())),
      families: () => {
        const before = clock.now() - retentionLimits.familiesMs;
        return database.db
          .delete(tokenFamilies)
          .where(or(lt(tokenFamilies.expiresAt, before), lt(tokenFamilies.revokedAt, before)));
      },
      passkeys: () =>
        database.db
          .delete(credentials)
          .where(lt(credentials.removedAt, clock.now() - retentionLimits.removedPasskeysMs)),
      recovery: () => {
        const before = clock.now() - retentionLimits.familiesMs;
        return database.db
          .delete(recoverySecrets)
          .where(or(lt(recoverySecrets.expiresAt, before), lt(recoverySecrets.usedAt, before)));
      },
      keys: () =>
        database.db
          .delete(ingestKeysTable)
          .where(lt(ingestKeysTable.revokedAt, clock.now() - retentionLimits.revokedKeysMs)),
      audit: () => {
        const cut = { atMs: clock.now() - retentionLimits.auditMs, keepNewest: retentionLimits.auditMax };
        return database.transaction((tx) => dropAuditBefore(tx, cut));
      },
      ...oauthDuties(database, clock, retentionLimits.revokedKeysMs),
      ...policyDuties(database, clock),
      lastUsed: ingestKeys.storeLastUsed,
    });

  const stops = [deps.every(quickMs, () => void runQuick()), deps.every(slowMs, () => void runSlow())];
  return {
    runQuick,
    runSlow,
    async close() {
      for (const stop of stops) stop();
      await runAll({ lastUsed: ingestKeys.storeLastUsed });
    },
  };
}
