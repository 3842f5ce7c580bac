/**
 * Exceptions: scoped orders not to act, each with an end and an author. Tidegate's engine gets the whole list after
 * every change, so the list is short on purpose.
 */

import { randomBytes } from 'node:crypto';
import { desc, eq, gt, lte } from 'drizzle-orm';
import type { DetectorKind, Scope } from '../../lib/contract/decision.ts';
import type { Exception } from '../../lib/contract/exception.ts';
import { AppError } from '../http/app-error.ts';
import { scopeOf, scopeRow } from './alert-rows.ts';
import type { Actor } from './alerts.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { exceptions } from './schema.ts';
import { storableText } from './storable-text.ts';

export interface ExceptionDraft {
  scope: Scope;
  kind?: DetectorKind | undefined;
  reason: string;
  expiresAt: number;
}

export type Exceptions = ReturnType<typeof createExceptions>;

/** Each is compared with every finding, and nobody can oversee more. */
export const exceptionsMax = 1_000;

export function createExceptions(deps: { database: Database; clock: { now(): number } }) {
  const { db, transaction } = deps.database;
  const { clock } = deps;
  return {
    /** Those in force now, newest first. */
    list: () => listInForce(db, clock.now()),
    /** @throws AppError `conflict` at the limit */
    create: (draft: ExceptionDraft, actor: Actor): Promise<Exception> =>
      transaction(async (tx) => {
        const at = clock.now();
        if ((await listInForce(tx, at)).length >= exceptionsMax) {
          throw new AppError('conflict', {
            public: `There are ${exceptionsMax} exceptions already; delete some first.`,
          });
        }
        const [row] = await tx
          .insert(exceptions)
          .values({
            id: `exc_${randomBytes(12).toString('base64url')}`,
            ...scopeRow(draft.scope),
            kind: draft.kind ?? null,
            reason: storableText(draft.reason),
            createdAt: at,
            createdBy: actor.name,
            expiresAt: draft.expiresAt,
          })
          .returning();
        if (row === undefined) throw new Error('an insert returned no row');
        const made = exceptionOf(row);
        await appendAudit(tx, [
          {
            at,
            actor: actor.operatorId,
            action: 'exception.create',
            target: made.id,
            outcome: 'done',
            address: actor.address,
            detail: {
              scope: made.scope,
              kind: made.kind ?? 'all',
              reason: made.reason,
              expiresAt: made.expiresAt,
            },
          },
        ]);
        return made;
      }),
    /** False where there is no such exception. */
    remove: (id: string, actor: Actor): Promise<boolean> =>
      transaction(async (tx) => {
        const [row] = await tx.delete(exceptions).where(eq(exceptions.id, id)).returning();
        if (row === undefined) return false;
        await appendAudit(tx, [
          {
            at: clock.now(),
            actor: actor.operatorId,
            action: 'exception.delete',
            target: id,
            outcome: 'done',
            address: actor.address,
            detail: { scope: scopeOf(row), kind: row.kind ?? 'all' },
          },
        ]);
        return true;
      }),
    async dropExpired(): Promise<void> {
      await db.delete(exceptions).where(lte(exceptions.expiresAt, clock.now()));
    },
  };
}

async function listInForce(db: Executor, nowMs: number): Promise<Exception[]> {
  const rows = await db
    .select()
    .from(exceptions)
    .where(gt(exceptions.expiresAt, nowMs))
    .orderBy(desc(exceptions.createdAt), desc(exceptions.id));
  return rows.map(exceptionOf);
}

function exceptionOf(row: typeof exceptions.$inferSelect): Exception {
  return {
    id: row.id,
    scope: scopeOf(row),
    ...(row.kind === null ? {} : { kind: row.kind }),
    reason: row.reason,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    expiresAt: row.expiresAt,
  };
}
