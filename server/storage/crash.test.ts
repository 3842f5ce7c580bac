import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openTestDatabase } from '../../test/fixtures/test-database.ts';
import { createLog } from '../observe/log.ts';
import { verifyAudit } from './audit.ts';
import { openDatabase } from './database.ts';
import { auditEntries, settings } from './schema.ts';

const writer = fileURLToPath(new URL('../../test/fixtures/settings-writer.ts', import.meta.url));

/** Runs the writer until it has committed some changes, and kills it in the middle of the next. */
async function killedAfter(changes: number, dataDir: string): Promise<number> {
  const child = spawn(process.execPath, [writer, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
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
    const committed = await killedAfter(changes, dataDir);
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
