import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { createLog } from '../server/observe/log.ts';
import { appendAudit } from '../server/storage/audit.ts';
import { openDatabase } from '../server/storage/database.ts';
import { openTestDatabase } from '../test/fixtures/test-database.ts';

const script = fileURLToPath(new URL('./audit-verify.ts', import.meta.url));

function verify(dataDir: string): { code: number | null; out: string; err: string } {
  const { DATABASE_URL: _, ...environment } = process.env;
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { ...environment, TIDEGATE_DATA: dataDir },
    encoding: 'utf8',
  });
  return { code: run.status, out: run.stdout.trim(), err: run.stderr.trim() };
}

test('AU-03: audit:verify says 0 for a whole log, 1 and the row for an edited one, 2 where it cannot look', async (t) => {
  if (process.env.TEST_DATABASE_URL !== undefined) return t.skip('this is about the embedded database');
  const made = await openTestDatabase();
  const { dataDir } = made;
  const entry = {
    at: 1,
    actor: 'opr_1',
    action: 'thing.done',
    outcome: 'done',
    address: '',
    detail: {},
  } as const;
  for (const target of ['a', 'b', 'c']) {
    await made.transaction((tx) => appendAudit(tx, [{ ...entry, target }]));
  }
  const running = verify(dataDir);
  assert.equal(running.code, 2);
  assert.match(running.err, /another Tidegate is using the data folder/);
  await made.end();

  const whole = verify(dataDir);
  assert.deepEqual(whole, {
    code: 0,
    out: 'The audit log is whole: 3 entries, the last is 3, not anchored.',
    err: '',
  });

  const again = await openDatabase({ dataDir, log: createLog({ level: 'silent' }) });
  await again.db.execute(sql`alter table audit_entries disable trigger all`);
  await again.db.execute(sql`update audit_entries set actor = 'opr_2' where seq = 2`);
  await again.close();
  const broken = verify(dataDir);
  assert.equal(broken.code, 1);
  assert.match(broken.out, /^The audit log is broken at entry 2\./);

  const empty = mkdtempSync(path.join(tmpdir(), 'tidegate-empty-'));
  const nothing = verify(empty);
  assert.equal(nothing.code, 2);
  assert.match(nothing.err, /there is no database in/);
  rmSync(empty, { recursive: true });
  made.removeFolder();
});
