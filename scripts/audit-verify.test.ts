import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { openHostDoor } from '../server/http/host-door.ts';
import { createLog } from '../server/observe/log.ts';
import { appendAudit } from '../server/storage/audit.ts';
import { verifyAuditLog } from '../server/storage/audit-verification.ts';
import { openDatabase } from '../server/storage/database.ts';
import { openTestDatabase } from '../test/fixtures/test-database.ts';

const script = fileURLToPath(new URL('./audit-verify.ts', import.meta.url));

const log = createLog({ level: 'silent' });

/** Beside this process, which may have to answer it. */
async function verify(dataDir: string): Promise<{ code: number | null; out: string; err: string }> {
  const { DATABASE_URL: _, ...environment } = process.env;
  const run = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { ...environment, TIDEGATE_DATA: dataDir },
  });
  const [out, err] = [run.stdout, run.stderr].map(async (stream) => {
    let text = '';
    for await (const chunk of stream) text += chunk;
    return text.trim();
  });
  const [code] = await once(run, 'close');
  return { code, out: (await out) ?? '', err: (await err) ?? '' };
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
  const running = await verify(dataDir);
  assert.equal(running.code, 2);
  assert.match(running.err, /another Tidegate is using the data folder/);
  const door = await openHostDoor({
    dataDir,
    questions: { 'audit:verify': () => verifyAuditLog({ db: made.db, dataDir }) },
    log,
  });
  const asked = await verify(dataDir);
  assert.deepEqual(asked, {
    code: 0,
    out: 'The audit log is whole: 3 entries, the last is 3, not anchored.',
    err: '',
  });
  await door.close();
  await made.end();

  const whole = await verify(dataDir);
  assert.deepEqual(whole, {
    code: 0,
    out: 'The audit log is whole: 3 entries, the last is 3, not anchored.',
    err: '',
  });

  const again = await openDatabase({ dataDir, log });
  await again.db.execute(sql`alter table audit_entries disable trigger all`);
  await again.db.execute(sql`update audit_entries set actor = 'opr_2' where seq = 2`);
  await again.close();
  const broken = await verify(dataDir);
  assert.equal(broken.code, 1);
  assert.match(broken.out, /^The audit log is broken at entry 2\./);

  const empty = mkdtempSync(path.join(tmpdir(), 'tidegate-empty-'));
  const nothing = await verify(empty);
  assert.equal(nothing.code, 2);
  assert.match(nothing.err, /there is no database in/);
  rmSync(empty, { recursive: true });
  made.removeFolder();
});
