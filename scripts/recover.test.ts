import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLog } from '../server/observe/log.ts';
import { createIdentityStore } from '../server/storage/identity-store.ts';
import { openBeside } from '../server/storage/open-beside.ts';
import { auditEntries } from '../server/storage/schema.ts';
import { BrowserDouble, newAuthenticator } from '../test/fixtures/browser-double.ts';
import { installEmpty } from '../test/fixtures/identity-installation.ts';
import { openTestDatabase } from '../test/fixtures/test-database.ts';

const script = fileURLToPath(new URL('./recover.ts', import.meta.url));
const log = createLog({ level: 'silent' });

function recover(dataDir: string, ...names: string[]): { code: number | null; out: string; err: string } {
  const { DATABASE_URL: _, ...environment } = process.env;
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...names], {
    env: { ...environment, TIDEGATE_DATA: dataDir, PUBLIC_URL: 'https://tidegate.example' },
    encoding: 'utf8',
  });
  return { code: run.status, out: run.stdout.trim(), err: run.stderr.trim() };
}

test('DV-09: whoever controls the host gets a recovery link for an operator, from PUBLIC_URL, stored as a hash and audited', async (t) => {
  if (process.env.TEST_DATABASE_URL !== undefined) return t.skip('this is about the embedded database');
  const made = await openTestDatabase();
  const { dataDir } = made;
  const at = await installEmpty(made);
  const browser = await BrowserDouble.open(at);
  await browser.setUp((await at.identity.createSetupLink()) ?? '', newAuthenticator(), 'Ada');
  assert.match(recover(dataDir, 'ada').err, /another Tidegate is using the data folder/);
  await at.close();
  await made.end();

  assert.equal(recover(dataDir).code, 1);
  assert.match(recover(dataDir, 'Grace').err, /There is no operator Grace/);
  const { code, out } = recover(dataDir, 'ada');
  assert.equal(code, 0);
  assert.match(out, /^https:\/\/tidegate\.example\/recover#token=[\w-]{43}$/);

  const database = await openBeside({ dataDir, databaseUrl: undefined, access: 'read', log });
  const entries = await database.db.select().from(auditEntries);
  const entry = entries.at(-1);
  assert.deepEqual([entry?.actor, entry?.action], ['host', 'recovery.link_created']);
  const secrets = await database.db.execute('select * from recovery_secrets');
  assert.equal(JSON.stringify(secrets.rows).includes(out.split('=')[1] ?? ''), false);
  const store = createIdentityStore({ database });
  const audit = { at: 1, actor: 'x', target: '', outcome: 'done', address: '', detail: {} } as const;
  const write = store.appendAudit([{ ...audit, action: 'setup.completed' }]);
  await assert.rejects(write, 'who only looks cannot write');
  await database.close();
  made.removeFolder();
});
