/**
 * Who did what to what: append-only, each entry holding the hash of the one before it, so that an edit or a gap shows.
 * Entries are appended in the transaction of the change they tell of: neither exists without the other. The one row
 * of `audit_head` is locked meanwhile, which puts all writers, of any process, in one order.
 */

import { createHash } from 'node:crypto';
import { asc, eq, gt, sql } from 'drizzle-orm';
import type { Executor } from './database.ts';
import { auditEntries, auditHead } from './schema.ts';
import { policyHead } from './schema-policies.ts';
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
  const [policies] = await tx.select({ version: policyHead.version }).from(policyHead);
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
      policyVersion: policies?.version ?? null,
      previousHash: hash,
    };
    hash = hashOf(row);
    return { ...row, hash };
  });
  await tx.insert(auditEntries).values(rows);
  await tx.update(auditHead).set({ seq, hash }).where(eq(auditHead.id, 1));
}

/** A place in the chain. */
export interface AuditLink {
  seq: number;
  hash: string;
}

export interface AuditVerdict {
  entries: number;
  /** The first entry that does not follow from the one before it; absent where the chain is whole. */
  brokenAtSeq?: number;
}

export async function readAuditHead(db: Executor): Promise<AuditLink> {
  const [head] = await db.select().from(auditHead).where(eq(auditHead.id, 1));
  return { seq: head?.seq ?? 0, hash: head?.hash ?? '' };
}

/** Whether this place of the chain is still as it was noted, or was dropped by retention. */
export async function holdsLink(db: Executor, link: AuditLink): Promise<boolean> {
  const [head] = await db.select().from(auditHead).where(eq(auditHead.id, 1));
  if (link.seq <= (head?.droppedSeq ?? 0)) return true;
  const [entry] = await db.select().from(auditEntries).where(eq(auditEntries.seq, link.seq));
  return entry?.hash === link.hash;
}

/**
 * Reads the whole chain in pages. It starts behind the entries that retention dropped.
 * @param anchor a place of the chain as it was noted outside the database: it must still be there.
 */
export async function verifyAudit(db: Executor, anchor?: AuditLink): Promise<AuditVerdict> {
  const [head] = await db.select().from(auditHead).where(eq(auditHead.id, 1));
  const firstSeq = (head?.droppedSeq ?? 0) + 1;
  let entries = 0;
  let previous: AuditLink | undefined;
  for (;;) {
    const page = await db
      .select()
      .from(auditEntries)
      .where(gt(auditEntries.seq, previous?.seq ?? 0))
      .orderBy(asc(auditEntries.seq))
      .limit(verifyPageSize);
    for (const row of page) {
      const follows =
        previous === undefined
          ? row.seq === firstSeq
          : row.seq === previous.seq + 1 && row.previousHash === previous.hash;
      const isNoted = row.seq !== anchor?.seq || row.hash === anchor.hash;
      if (!follows || !isNoted || row.hash !== hashOf(row)) return { entries, brokenAtSeq: row.seq };
      entries += 1;
      previous = { seq: row.seq, hash: row.hash };
    }
    if (page.length < verifyPageSize) break;
  }
  const last = previous ?? { seq: firstSeq - 1, hash: head?.hash };
  // Head and anchor remember the last entry, so that cutting off the newest ones shows too.
  const complete = (head?.seq ?? 0) <= last.seq && (anchor?.seq ?? 0) <= last.seq && head?.hash === last.hash;
  return complete ? { entries } : { entries, brokenAtSeq: last.seq + 1 };
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
  await tx.execute(sql`
    update ${auditHead} set dropped_seq =
      coalesce((select min(seq) from ${auditEntries}), ${auditHead.seq} + 1) - 1 where id = 1`);
}

function hashOf(row: Omit<typeof auditEntries.$inferSelect, 'hash'>): string {
  const { seq, at, actor, action, target, outcome, address, detail, previousHash } = row;
  const facts = [seq, at, actor, action, target, outcome, address, detail, previousHash];
  // Entries from before there were policies were hashed without a version.
  const text = JSON.stringify(row.policyVersion === null ? facts : [...facts, row.policyVersion]);
  return createHash('sha256').update(text).digest('base64url');
}
