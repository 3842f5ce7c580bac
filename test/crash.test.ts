import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import { createLog } from '../server/observe/log.ts';
import { verifyAudit } from '../server/storage/audit.ts';
import { openDatabase } from '../server/storage/database.ts';
import { auditEntries, revocations, settings, tokenFamilies } from '../server/storage/schema.ts';
import { tokenEvents } from '../server/storage/schema-accounts.ts';
import { openTestDatabase } from './fixtures/test-database.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Runs the writer until it has committed some changes, and kills it in the middle of the next. */
async function killedAfter(changes: number, dataDir: string, writer: string): Promise<number> {
  const child = spawn(process.execPath, [fixture(writer), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let committed = 0;
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    committed = Number(line);
    seen += 1;
    if (seen === changes) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL');
  return committed;
}

test('AU-04: after kill -9 every committed change is there, with its audit entry, and none has only one of the two', async (t) => {
  if (process.env.TEST_DATABASE_URL !== undefined) return t.skip('this is about the embedded database');
  const made = await openTestDatabase();
  const { dataDir } = made;
  await made.end();
  for (const changes of [7, 20, 3]) {
    const committed = await killedAfter(changes, dataDir, 'settings-writer.ts');
    const database = await openDatabase({ dataDir, log: createLog({ level: 'silent' }) });
    const [row] = await database.db.select().from(settings);
    const value = Object(row?.value).baseLimit;
    // The change in flight may have been committed without having been said.
    assert.ok(value === committed || value === committed + 1, `${value} after ${committed}`);
    const entries = await database.db.select().from(auditEntries);
    assert.equal(entries.length, value - 1);
    assert.deepEqual(await verifyAudit(database.db), { entries: value - 1 });
    await database.close();
  }
  made.removeFolder();
});

/** Guard: `revokeFamily` in server/storage/family-store.ts is one transaction. */
test('AU-04: killed while it ends sessions: each is ended, revoked, audited and in its timeline, or none of these', async (t) => {
  if (process.env.TEST_DATABASE_URL !== undefined) return t.skip('this is about the embedded database');
  const made = await openTestDatabase();
  const { dataDir } = made;
  await made.end();
  for (const ends of [9, 4]) {
    const committed = await killedAfter(ends, dataDir, 'session-revoker.ts');
    const database = await openDatabase({ dataDir, log: createLog({ level: 'silent' }) });
    const ended = await database.db.select().from(tokenFamilies).where(eq(tokenFamilies.status, 'revoked'));
    assert.ok(
      ended.length === committed || ended.length === committed + 1,
      `${ended.length} after ${committed}`,
    );
    const ids = ended.map(({ id }) => id).sort();
    const revoked = await database.db.select().from(revocations);
    const audited = await database.db.select().from(auditEntries);
    const lines = await database.db.select().from(tokenEvents).where(eq(tokenEvents.kind, 'revoked'));
    assert.deepEqual(revoked.map(({ subject }) => subject).sort(), ids);
    assert.deepEqual(audited.map(({ target }) => target).sort(), ids);
    assert.deepEqual(lines.map(({ familyId }) => familyId).sort(), ids);
    // What was opened and not ended yet is ended by nobody: the next run begins behind it.
    await database.db.delete(tokenFamilies).where(eq(tokenFamilies.status, 'live'));
    await database.close();
  }
  made.removeFolder();
});
