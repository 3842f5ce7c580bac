import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { createLog } from '../observe/log.ts';
import { appendAudit, dropAuditBefore, readAuditHead, verifyAudit } from './audit.ts';
import { createAuditAnchor, readAuditAnchor } from './audit-anchor.ts';
import { verifyAuditLog } from './audit-verification.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

const entry = { actor: 'opr_1', action: 'thing.done', outcome: 'done', address: '', detail: {} } as const;

async function append(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await database.transaction((tx) => appendAudit(tx, [{ ...entry, at: index, target: `thg_${index}` }]));
  }
}

const anchored = (error = () => {}) =>
  createAuditAnchor({
    database,
    dataDir: database.dataDir,
    clock: { now: () => 1 },
    every: () => () => {},
    log: Object.assign(createLog({ level: 'silent' }), { error }),
  });

/** As somebody who may do anything in the database, and nothing outside. */
async function tampered(work: () => Promise<unknown>): Promise<void> {
  await database.db.execute(sql`alter table audit_entries disable trigger all`);
  await work();
  await database.db.execute(sql`alter table audit_entries enable trigger all`);
}

/** Guard: `droppedSeq` in verifyAudit. */
test('AU-03: the oldest entries cannot go without retention having dropped them', async () => {
  await append(10);
  await database.transaction((tx) => dropAuditBefore(tx, { atMs: 0, keepNewest: 8 }));
  assert.deepEqual(await verifyAudit(database.db), { entries: 8 });
  await tampered(() => database.db.execute(sql`delete from audit_entries where seq = 3`));
  assert.deepEqual(await verifyAudit(database.db), { entries: 0, brokenAtSeq: 4 });
  await database.transaction((tx) => dropAuditBefore(tx, { atMs: 0, keepNewest: 5 }));
  assert.deepEqual(await verifyAudit(database.db), { entries: 5 });
});

/** Guard: `anchor` in verifyAudit. */
test('AU-03: whoever rules the database but not the data folder cannot cut the newest entries off, head included', async () => {
  const anchor = anchored();
  await append(5);
  await anchor.close();
  const before = await readAuditHead(database.db);
  assert.deepEqual(readAuditAnchor(database.dataDir)?.seq, before.seq);
  await tampered(async () => {
    await database.db.execute(sql`delete from audit_entries where seq > ${before.seq - 2}`);
    await database.db.execute(sql`update audit_head set seq = seq - 2,
      hash = (select hash from audit_entries order by seq desc limit 1)`);
  });
  assert.equal((await verifyAudit(database.db)).brokenAtSeq, undefined, 'the database alone looks whole');
  const verdict = await verifyAuditLog({ db: database.db, dataDir: database.dataDir });
  assert.equal(verdict.brokenAtSeq, before.seq - 1);
  assert.match(
    verdict.problem ?? '',
    new RegExp(`noted ${before.seq} entries, the log ends at ${before.seq - 2}`),
  );
  let told = 0;
  const running = anchored(() => {
    told += 1;
  });
  await running.write();
  await running.close();
  assert.equal(told, 1, 'a running Tidegate says so, once');
  assert.equal(readAuditAnchor(database.dataDir)?.seq, before.seq, 'and keeps the evidence');
  // New entries in the place of the old ones have other hashes.
  await append(4);
  assert.equal(
    (await verifyAuditLog({ db: database.db, dataDir: database.dataDir })).brokenAtSeq,
    before.seq,
  );
});

test('the anchor follows the log, and is written only where it moved', async () => {
  rmSync(path.join(database.dataDir, 'audit-anchor.json'), { force: true });
  const anchor = anchored();
  await anchor.write();
  const first = readAuditAnchor(database.dataDir);
  await anchor.write();
  await append(1);
  await anchor.write();
  const second = readAuditAnchor(database.dataDir);
  assert.equal(Number(second?.seq), Number(first?.seq) + 1);
  await anchor.close();
});
