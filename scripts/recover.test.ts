import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openHostDoor } from '../server/http/host-door.ts';
import { createLog } from '../server/observe/log.ts';
import { createIdentityStore } from '../server/storage/identity-store.ts';
import { openBeside } from '../server/storage/open-beside.ts';
import { auditEntries } from '../server/storage/schema.ts';
import { BrowserDouble, newAuthenticator } from '../test/fixtures/browser-double.ts';
import { installEmpty } from '../test/fixtures/identity-installation.ts';
import { openTestDatabase } from '../test/fixtures/test-database.ts';

const script = fileURLToPath(new URL('./recover.ts', import.meta.url));
const log = createLog({ level: 'silent' });

/** Beside this process, which may have to answer it. */
async function recover(
  dataDir: string,
  ...names: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const { DATABASE_URL: _, ...environment } = process.env;
  const run = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...names], {
    env: { ...environment, TIDEGATE_DATA: dataDir, PUBLIC_URL: 'https://tidegate.example' },
  });
  const [out, err] = [run.stdout, run.stderr].map(async (stream) => {
    let text = '';
    for await (const chunk of stream) text += chunk;
    return text.trim();
  });
  const [code] = await once(run, 'close');
  return { code, out: (await out) ?? '', err: (await err) ?? '' };
}

test('DV-09: whoever controls the host gets a recovery link for an operator, from PUBLIC_URL, stored as a hash and audited', async (t) => {
  if (process.env.TEST_DATABASE_URL !== undefined) return t.skip('this is about the embedded database');
  const made = await openTestDatabase();
  const { dataDir } = made;
  const at = await installEmpty(made);
  const browser = await BrowserDouble.open(at);
  await browser.setUp((await at.identity.createSetupLink()) ?? '', newAuthenticator(), 'Ada');
  assert.match((await recover(dataDir, 'ada')).err, /another Tidegate is using the data folder/);
  const door = await openHostDoor({ dataDir, questions: { recover: at.identity.recoverFromHost }, log });
  const asked = await recover(dataDir, 'ADA');
  assert.match(
    asked.out,
    /^http:\/\/localhost:3000\/recover#token=/,
    'the running one answers, with its own URL',
  );
  assert.match((await recover(dataDir, 'Grace')).err, /There is no operator Grace/);
  const lost = await BrowserDouble.open(at);
  assert.equal((await lost.recover(asked.out, newAuthenticator())).operator.name, 'Ada');
  await door.close();
  await at.close();
  await made.end();

  assert.equal((await recover(dataDir)).code, 1);
  assert.match((await recover(dataDir, 'Grace')).err, /There is no operator Grace/);
  const { code, out } = await recover(dataDir, 'ada');
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
