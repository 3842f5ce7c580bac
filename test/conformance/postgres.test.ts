/**
 * The embedded database and PostgreSQL give the same answers: the storage and admin tests, unchanged, on a real server.
 * Where PostgreSQL is not installed they are skipped, with their number.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const files = ['server/storage/*.test.ts', 'server/routes/api/*.test.ts', 'test/crash.test.ts'].flatMap(
  (pattern) => globSync(pattern, { cwd: repository }),
);
const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-postgres-'));
let server: ChildProcess | undefined;

after(async () => {
  if (server !== undefined && server.exitCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

function binaries(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(path.delimiter);
  const debian = globSync('/usr/lib/postgresql/*/bin').toSorted();
  return [...onPath, ...debian].findLast((bin) => existsSync(path.join(bin, 'initdb')));
}

/** PostgreSQL refuses to run as root, so root runs it as nobody. */
function asOrdinaryUser(command: string, args: string[]): [string, string[]] {
  if (userInfo().uid !== 0) return [command, args];
  const drop = ['--reuid=65534', '--regid=65534', '--clear-groups', '--', command, ...args];
  return ['setpriv', drop];
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  assert.ok(typeof address === 'object' && address !== null);
  const closed = once(probe, 'close');
  probe.close();
  await closed;
  return address.port;
}

async function startPostgres(bin: string): Promise<string> {
  chmodSync(folder, 0o777);
  const data = path.join(folder, 'data');
  const environment = { env: { ...process.env, LC_ALL: 'C' }, cwd: folder };
  const initdb = ['-D', data, '-U', 'tidegate', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  const [command, args] = asOrdinaryUser(path.join(bin, 'initdb'), initdb);
  execFileSync(command, args, { ...environment, stdio: 'pipe' });
  const port = await freePort();
  const options = [
    '-D',
    data,
    '-k',
    folder,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'fsync=off',
  ];
  server = spawn(...asOrdinaryUser(path.join(bin, 'postgres'), options), { ...environment, stdio: 'pipe' });
  const url = `postgres://tidegate@127.0.0.1:${port}/postgres`;
  for (;;) {
    assert.equal(server.exitCode, null, 'PostgreSQL ended');
    const client = new Client({ connectionString: url });
    const up = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (up) return url;
  }
}

test('storage and admin API behave on PostgreSQL as on the embedded database', async (t) => {
  const bin = binaries();
  if (bin === undefined)
    return t.skip(`PostgreSQL is not installed: ${files.length} test files are not run on it`);
  const url = await startPostgres(bin);
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const run = spawn(process.execPath, ['--test', '--test-concurrency=2', ...files], {
    cwd: repository,
    env: { ...environment, TEST_DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  run.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(run, 'exit');
  const passed = /pass (\d+)/.exec(output)?.[1];
  assert.equal(code, 0, output.slice(-4_000));
  t.diagnostic(`${passed} tests of ${files.length} files passed on PostgreSQL`);
});
