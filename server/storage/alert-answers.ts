/** What is done by itself when an alert of a kind opens. Until somebody says otherwise: a replayed session ends. */

import { eq } from 'drizzle-orm';
import { alertAnswersSchema } from '../../lib/contract/alert-answers.schema.ts';
import type { AlertAnswers } from '../../lib/contract/alert-answers.ts';
import { detectorKindSchema } from '../../lib/contract/api.schema.ts';
import type { Actor } from './alerts.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { settings } from './schema.ts';

const key = 'alert_answers';

export type AnswerSettings = ReturnType<typeof createAnswerSettings>;

export function createAnswerSettings(deps: { database: Database; clock: { now(): number } }) {
  const { db, transaction } = deps.database;
  return {
    read: () => read(db),
    write: (next: AlertAnswers, actor: Actor): Promise<AlertAnswers> =>
      transaction(async (tx) => {
        const at = deps.clock.now();
        const before = await read(tx);
        const row = { value: next, updatedAt: at, updatedBy: actor.operatorId };
        await tx
          .insert(settings)
          .values({ key, ...row })
          .onConflictDoUpdate({ target: settings.key, set: row });
        const entry = { at, actor: actor.operatorId, address: actor.address, outcome: 'done' as const };
        const detail = { before, after: next };
        await appendAudit(tx, [{ ...entry, action: 'alert_answers.update', target: key, detail }]);
        return next;
      }),
  };
}

async function read(executor: Executor): Promise<AlertAnswers> {
  const [row] = await executor.select().from(settings).where(eq(settings.key, key));
  // A kind that this version has learned since is not in what was stored.
  return alertAnswersSchema.parse({ ...initial(), ...Object(row?.value) });
}

function initial(): AlertAnswers {
  const none = detectorKindSchema.options.map((kind) => [kind, 'none'] as const);
  return alertAnswersSchema.parse({ ...Object.fromEntries(none), token_replay: 'revoke_family' });
}
