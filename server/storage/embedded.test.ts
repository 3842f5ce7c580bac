import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Pool } from 'pg';
import { createLog } from '../observe/log.ts';
import { type EmbeddedDatabase, startEmbedded } from './embedded.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'tidegate-test-'));
let embedded: EmbeddedDatabase;
let pool: Pool;

before(async () => {
  embedded = await startEmbedded({ dataDir, log: createLog({ level: 'silent' }) });
  pool = new Pool({
    host: embedded.host,
    port: embedded.port,
    user: 'postgres',
    database: 'postgres',
    max: 1,
  });
  pool.on('error', () => {});
});
after(async () => {
  await pool.end();
  await embedded.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('an embedded database that dies is started again, with everything that was committed', async () => {
  await pool.query('create table kept (value text)');
  await pool.query('insert into kept values ($1)', ['before the crash']);
  const lost = pool.query('select pg_sleep(60)').then(
    () => 'answered',
    () => 'lost',
  );
  embedded.restart();
  assert.equal(await lost, 'lost');
  for (;;) {
    const answer = await pool.query('select value from kept').catch(() => undefined);
    if (answer !== undefined) {
      assert.deepEqual(answer.rows, [{ value: 'before the crash' }]);
      return;
    }
    await new Promise(setImmediate);
  }
});

test('nobody but the owner can enter the folder of its socket', () => {
  assert.equal(statSync(embedded.host).mode & 0o077, 0);
});
