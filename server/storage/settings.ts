/** Detection settings as operators set them. Until somebody does, those that the environment gives hold. */

import { eq } from 'drizzle-orm';
import { detectionSettingsSchema } from '../../lib/contract/api.schema.ts';
import type { DetectionSettings } from '../../lib/contract/exception.ts';
import type { Actor } from './alerts.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { settings } from './schema.ts';

export type Settings = ReturnType<typeof createSettings>;

const detectionKey = 'detection';

export function createSettings(deps: {
  database: Database;
  clock: { now(): number };
  /** From the environment. */
  initial: DetectionSettings;
}) {
  const { db, transaction } = deps.database;

  async function read(executor: Executor): Promise<DetectionSettings> {
    const [row] = await executor.select().from(settings).where(eq(settings.key, detectionKey));
    // What a later version added begins as the environment says.
    return row === undefined
      ? deps.initial
      : detectionSettingsSchema.parse({ ...deps.initial, ...Object(row.value) });
  }

  return {
    read: () => read(db),
    write: (next: DetectionSettings, actor: Actor): Promise<DetectionSettings> =>
      transaction(async (tx) => {
        const at = deps.clock.now();
        const before = await read(tx);
        const row = { value: next, updatedAt: at, updatedBy: actor.operatorId };
        await tx
          .insert(settings)
          .values({ key: detectionKey, ...row })
          .onConflictDoUpdate({ target: settings.key, set: row });
        await appendAudit(tx, [
          {
            at,
            actor: actor.operatorId,
            action: 'settings.update',
            target: detectionKey,
            outcome: 'done',
            address: actor.address,
            detail: { before, after: next },
          },
        ]);
        return next;
      }),
  };
}
