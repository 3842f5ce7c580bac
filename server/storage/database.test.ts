import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { createLog } from '../observe/log.ts';
import { appendAudit, dropAuditBefore, verifyAudit } from './audit.ts';
import { lockDataFolder } from './data-folder.ts';
import { isUnreachable, openDatabase } from './database.ts';
import { auditEntries, settings } from './schema.ts';

const log = createLog({ level: 'silent' });
let database: TestDatabase;

before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

const entry = (target: string) => ({
  at: 1_800_000_000_000,
  actor: 'opr_1',
  action: 'alert.resolve',
  target,
  outcome: 'done' as const,
  address: '127.0.0.1',
  detail: { text: 'line\r\nbreak \u001b[31m' },
});

const put = (key: string, value: unknown) => ({ key, value, updatedAt: 1, updatedBy: 'opr_1' });

test('a second process cannot open the data folder, and can as soon as the first has let go', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-test-'));
  const first = lockDataFolder(folder);
  assert.throws(() => lockDataFolder(folder), { code: 'unavailable', message: /another Tidegate is using/ });
  first.release();
  lockDataFolder(folder).release();
  rmSync(folder, { recursive: true });
});

test('a folder that is in use stays as it is for its owner', async () => {
  await assert.rejects(openDatabase({ dataDir: database.dataDir, log }), { code: 'unavailable' });
  assert.equal((await database.health()).ok, true);
});

test('nobody but the owner can reach the folder of the data, however long its path is', async (t) => {
  if (process.env.TEST_DATABASE_URL !== undefined) return t.skip('this is about the embedded database');
  const dataDir = path.join(mkdtempSync(path.join(tmpdir(), 'tidegate-test-')), 'x'.repeat(90));
  const deep = await openDatabase({ dataDir, log });
  assert.equal((await deep.health()).ok, true);
  assert.equal(statSync(dataDir).mode & 0o077, 0);
  await deep.close();
  await deep.close();
  rmSync(path.dirname(dataDir), { recursive: true });
});

test('two hundred transactions in parallel are all there and none is lost', async () => {
  await database.db.insert(settings).values(put('counter', 0));
  await Promise.all(
    Array.from({ length: 200 }, () =>
      database.transaction(async (tx) => {
        const [row] = await tx.select().from(settings).where(eq(settings.key, 'counter')).for('update');
        const next = Number(row?.value) + 1;
        await tx.update(settings).set({ value: next }).where(eq(settings.key, 'counter'));
      }),
    ),
  );
  const [row] = await database.db.select().from(settings).where(eq(settings.key, 'counter'));
  assert.equal(row?.value, 200);
});

test('parallel queries with parameters each get their own answer', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const result = await database.db.execute(
        sql`select ${index}::int as mine, ${'x'.repeat(index)}::text as text`,
      );
      return result.rows[0]?.mine === index && String(result.rows[0]?.text).length === index;
    }),
  );
  assert.ok(answers.every(Boolean));
});

test('a transaction that fails leaves nothing behind, and the next one works', async () => {
  const failing = database.transaction(async (tx) => {
    await tx.insert(settings).values(put('half', 1));
    await appendAudit(tx, [entry('half')]);
    throw new Error('changed my mind');
  });
  await assert.rejects(failing, /changed my mind/);
  assert.equal((await database.db.select().from(settings).where(eq(settings.key, 'half'))).length, 0);
  assert.equal(
    (await database.db.select().from(auditEntries).where(eq(auditEntries.target, 'half'))).length,
    0,
  );
  await database.transaction((tx) => tx.insert(settings).values(put('whole', 1)));
});

test('an audit entry cannot be edited or deleted, and an edit by force is named', async () => {
  for (const target of ['a', 'b', 'c', 'd'])
    await database.transaction((tx) => appendAudit(tx, [entry(target)]));
  assert.deepEqual(await verifyAudit(database.db), { entries: 4 });
  await assert.rejects(database.db.update(auditEntries).set({ actor: 'opr_2' }));
  await assert.rejects(database.db.delete(auditEntries));

  await database.transaction((tx) => dropAuditBefore(tx, { atMs: 0, keepNewest: 3 }));
  assert.deepEqual(await verifyAudit(database.db), { entries: 3 }, 'retention leaves a whole chain');

  await database.db.execute(sql`alter table audit_entries disable trigger all`);
  await database.db.update(auditEntries).set({ actor: 'opr_2' }).where(eq(auditEntries.target, 'c'));
  assert.deepEqual(await verifyAudit(database.db), { entries: 1, brokenAtSeq: 3 });
  await database.db.update(auditEntries).set({ actor: 'opr_1' }).where(eq(auditEntries.target, 'c'));
  await database.db.delete(auditEntries).where(eq(auditEntries.target, 'd'));
  assert.deepEqual(await verifyAudit(database.db), { entries: 2, brokenAtSeq: 4 }, 'a cut end shows too');
});

test('a closed database says that it is not reachable, which is no defect of a query', async () => {
  const other = await openTestDatabase();
  await other.close();
  assert.equal(other.problem(), undefined);
  assert.equal((await other.health()).ok, false);
  assert.equal(other.problem(), 'the database cannot be reached');
  await assert.rejects(other.db.select().from(settings), (error) => isUnreachable(error));
  assert.equal(isUnreachable(new Error('syntax error')), false);
});

// Last: it leaves a mark that no version of this test can open again.
test('a schema that a newer Tidegate wrote is not touched', async (t) => {
  if (process.env.TEST_DATABASE_URL !== undefined) return t.skip('the test database is made anew by its URL');
  await database.db.execute(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 9999999999999)`,
  );
  const { dataDir } = database;
  const keep = mkdtempSync(path.join(tmpdir(), 'tidegate-test-'));
  await database.db.execute(sql`checkpoint`);
  cpSync(path.join(dataDir, 'database'), path.join(keep, 'database'), { recursive: true });
  await assert.rejects(openDatabase({ dataDir: keep, log }), {
    code: 'unavailable',
    message: /newer Tidegate/,
  });
  rmSync(keep, { recursive: true });
});
