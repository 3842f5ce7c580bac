/**
 * Who did what to what: append-only, each entry holding the hash of the one before it, so that an edit or a gap shows.
 * Entries are appended in the transaction of the change they tell of: neither exists without the other. The one row
 * of `audit_head` is locked meanwhile, which puts all writers, of any process, in one order.
 */

import { createHash } from 'node:crypto';
import { asc, eq, gt, sql } from 'drizzle-orm';
import type { Executor } from './database.ts';
import { auditEntries, auditHead } from './schema.ts';
import { storableJson, storableText } from './storable-text.ts';

export interface AuditEntry {
  at: number;
  /** `opr_…`, `anonymous` or `tidegate`. */
  actor: string;
  /** Verb with its noun first, `alert.acknowledge`. */
  action: string;
  /** Id of what it was done to. */
  target: string;
  outcome: 'done' | 'refused';
  address: string;
  /** Plain facts, never secrets. */
  detail: Record<string, unknown>;
}

const verifyPageSize = 1_000;

/** Appends in the order given. Call it inside a transaction, last: the head stays locked until the transaction ends. */
export async function appendAudit(tx: Executor, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const [head] = await tx.select().from(auditHead).where(eq(auditHead.id, 1)).for('update');
  if (head === undefined) throw new Error('the audit head is missing: the migrations did not run');
  let { seq, hash } = head;
  const rows = entries.map((entry) => {
    seq += 1;
    const row = {
      seq,
      at: entry.at,
      actor: storableText(entry.actor),
      action: entry.action,
      target: storableText(entry.target),
      outcome: entry.outcome,
      address: storableText(entry.address),
      detail: JSON.stringify(storableJson(entry.detail)),
      previousHash: hash,
    };
    hash = hashOf(row);
    return { ...row, hash };
  });
  await tx.insert(auditEntries).values(rows);
  await tx.update(auditHead).set({ seq, hash }).where(eq(auditHead.id, 1));
}

export interface AuditVerdict {
  entries: number;
  /** The first entry that does not follow from the one before it; absent where the chain is whole. */
  brokenAtSeq?: number;
}

/** Reads the whole chain in pages. It starts at the oldest entry that retention left. */
export async function verifyAudit(db: Executor): Promise<AuditVerdict> {
  const [head] = await db.select().from(auditHead).where(eq(auditHead.id, 1));
  let entries = 0;
  let previous: { seq: number; hash: string } | undefined;
  for (;;) {
    const page = await db
      .select()
      .from(auditEntries)
      .where(gt(auditEntries.seq, previous?.seq ?? 0))
      .orderBy(asc(auditEntries.seq))
      .limit(verifyPageSize);
    for (const row of page) {
      const follows =
        previous === undefined || (row.seq === previous.seq + 1 && row.previousHash === previous.hash);
      if (!follows || row.hash !== hashOf(row)) return { entries, brokenAtSeq: row.seq };
      entries += 1;
      previous = { seq: row.seq, hash: row.hash };
    }
    if (page.length < verifyPageSize) break;
  }
  const complete = head === undefined || previous === undefined || head.seq <= previous.seq;
  // The head remembers the last entry, so that cutting off the newest ones shows too.
  return complete && (previous === undefined || head?.hash === previous.hash)
    ? { entries }
    : { entries, brokenAtSeq: (previous?.seq ?? 0) + 1 };
}

/** Retention's only way to remove entries: the oldest ones, so that what remains is still a chain. */
export async function dropAuditBefore(
  tx: Executor,
  cut: { atMs: number; keepNewest: number },
): Promise<void> {
  await tx.execute(sql`set local tidegate.retention = 'on'`);
  await tx.execute(sql`
    delete from ${auditEntries} where ${auditEntries.seq} <= (
      select greatest(
        (select max(seq) from ${auditEntries}) - ${cut.keepNewest},
        coalesce((select max(seq) from ${auditEntries} where at < ${cut.atMs}), 0)))`);
}

function hashOf(row: Omit<typeof auditEntries.$inferSelect, 'hash'>): string {
  const { seq, at, actor, action, target, outcome, address, detail, previousHash } = row;
  const text = JSON.stringify([seq, at, actor, action, target, outcome, address, detail, previousHash]);
  return createHash('sha256').update(text).digest('base64url');
}
