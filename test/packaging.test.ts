/** What a customer installs is what was tested: the SDK is packed, installed elsewhere, type-checked and run there. */

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startFaultServer, throttleFor } from '../sdk/test/fault-server.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const subpaths = ['', '/express', '/fastify', '/next', '/hono', '/token', '/testing'];
/** Packed, as it travels; unpacked, as it lies in node_modules. */
const packedBytesMax = 64 * 1024;
const unpackedBytesMax = 256 * 1024;

const consumer = `
import { createClient, type Client, type ClientOptions, type Decision } from '@tidegate/sdk';
import { tidegate as express } from '@tidegate/sdk/express';
import { tidegate as fastify } from '@tidegate/sdk/fastify';
import { tidegate as hono } from '@tidegate/sdk/hono';
import { withTidegate } from '@tidegate/sdk/next';
import { createTestClient, type TestClient } from '@tidegate/sdk/testing';
import { createTokenVerifier, type TokenVerdict } from '@tidegate/sdk/token';

const options: ClientOptions = { url: 'http://127.0.0.1:9', key: 'k'.repeat(32), onDiagnostic: () => {} };
const client: Client = createClient(options);
const decision: Decision = client.decide({ user: 'ann', endpoint: 'GET /v1/orders/{id}', ip: '203.0.113.7' });
if (!decision.failedOpen || decision.reason !== 'collector_unreachable') throw new Error('silently open');
client.capture({ user: 'ann', method: 'GET', endpoint: '/v1/orders/{id}', status: 200 });
// @ts-expect-error a decision has no such conclusion
const impossible: Decision['conclusion'] = 'maybe';
// @ts-expect-error an event needs a status
client.capture({ user: 'ann', method: 'GET', endpoint: '/' });
void impossible;

const tested: TestClient = createTestClient();
tested.throttle({ user: 'ann' }, { conclusion: 'deny' });
const handler = withTidegate(tested, '/v1/orders/{id}', () => Response.json({}), {
  user: (request: Request) => request.headers.get('x-user'),
});
const response = await handler(new Request('http://localhost/', { headers: { 'x-user': 'ann' } }), undefined);
if (response.status !== 403) throw new Error('not refused');
const adapters: unknown[] = [express(tested), fastify(tested), hono(tested)];
if (!adapters.every((adapter) => typeof adapter === 'function')) throw new Error('no adapter');

const verifier = createTokenVerifier({
  ...{ url: 'http://127.0.0.1:9', key: 'k'.repeat(32), onDiagnostic: () => {} },
  ...{ audience: 'https://api.example.com', publicUrl: 'https://api.example.com' },
});
const verdict: TokenVerdict = await verifier.verifyToken(new Request('http://localhost/'));
if (verdict.kind !== 'refused' || verdict.refusal.status !== 401) throw new Error('not refused');
const unheard = await verifier.verifyToken({ headers: { authorization: 'DPoP a.b.c' } });
if (unheard.kind !== 'refused' || unheard.reason !== 'unavailable') throw new Error('trusted a view it has not');
verifier.close();

const dropped = client.stats().droppedEvents.invalid_event;
await client.close();
console.log(JSON.stringify({ dropped, undelivered: client.stats().droppedEvents.undelivered_at_close }));
`;

/** Plain JavaScript: a flood of events out, a throttle in, on whichever Node runs it. */
const exchange = `
import { createClient } from '@tidegate/sdk';
const client = createClient({ url: process.argv[2], key: 'k'.repeat(32) });
const ready = await client.ready(10_000);
const { conclusion } = client.decide({ user: 'ann', endpoint: 'GET /' });
for (let i = 0; i < 3_000; i++) client.capture({ user: 'u' + i, method: 'GET', endpoint: '/', status: 200 });
const flushed = await client.flush(10_000);
await client.close();
console.log(JSON.stringify({ ready, conclusion, flushed, accepted: client.stats().acceptedEvents }));
`;

/** A service that holds a port open, around the client that the README makes. */
const service = `
import { createServer } from 'node:http';
import { client } from './client.js';
await client.ready(10_000);
client.capture({ user: 'ann', method: 'GET', endpoint: '/', status: 200 });
createServer().listen(0, () => console.log('listening'));
`;

/** Node as npm scripts run it, and the host's own where it is another. */
function nodes(): { binary: string; version: string }[] {
  const candidates = [
    process.execPath,
    process.env.npm_node_execpath,
    '/usr/bin/node',
    '/usr/local/bin/node',
  ];
  const binaries = candidates.filter((each) => each !== undefined).filter((each) => existsSync(each));
  return [...new Set(binaries.map((each) => realpathSync(each)))].map((binary) => ({
    binary,
    version: execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim(),
  }));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe('the packed SDK', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-consumer-'));
  const installed = path.join(folder, 'node_modules', '@tidegate', 'sdk');
  let tarball = '';
  let manifest: Record<string, unknown> = {};

  before(() => {
    const packed = execFileSync('npm', ['pack', '-w', 'sdk', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    tarball = path.join(folder, JSON.parse(packed.slice(packed.indexOf('[\n')))[0].filename);
    writeFileSync(path.join(folder, 'package.json'), '{"private":true,"type":"module"}');
    execFileSync('npm', ['install', tarball, '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], {
      cwd: folder,
      stdio: 'ignore',
    });
    manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('brings nothing with it: no dependency, no framework, no install script', () => {
    assert.equal(manifest.dependencies, undefined);
    const { scripts } = manifest;
    assert.ok(typeof scripts === 'object' && scripts !== null);
    assert.ok(!Object.keys(scripts).some((name) => /^(pre|post)?install$/.test(name)));
    const modules = readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    assert.deepEqual(modules, ['@tidegate']);
    assert.deepEqual(readdirSync(path.join(folder, 'node_modules', '@tidegate')), ['sdk']);
  });

  test('holds the built SDK, its plain contract and enforcement, and nothing else of the house', () => {
    const files = filesIn(installed).map((file) => path.relative(installed, file));
    const strange = files.filter(
      (file) =>
        !/^(package\.json|README\.md|LICENSE)$/.test(file) &&
        !/^dist\/(sdk\/src|lib\/contract|lib\/enforcement)\/[\w-]+\.(js|d\.ts)$/.test(file),
    );
    assert.deepEqual(strange, []);
    assert.ok(!files.some((file) => /schema|\.test\./.test(file)));
    assert.ok(files.includes('README.md') && files.includes('LICENSE'));
  });

  test('imports nothing but itself and Node, in code and in types', () => {
    for (const file of filesIn(path.join(installed, 'dist'))) {
      const text = readFileSync(file, 'utf8');
      for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
        if (specifier.startsWith('@tidegate/sdk')) continue;
        assert.match(specifier, /^(node:|\.{1,2}\/)/, `${file} imports ${specifier}`);
        if (!specifier.startsWith('.')) continue;
        const target = path.resolve(path.dirname(file), specifier);
        const emitted = file.endsWith('.d.ts') ? target.replace(/\.ts$/, '.d.ts') : target;
        assert.ok(existsSync(emitted), `${file} imports ${specifier}, which is not there`);
      }
    }
  });

  test('every entry of its exports exists, with types before code', () => {
    const { exports } = manifest;
    assert.ok(typeof exports === 'object' && exports !== null);
    const wanted = [...subpaths.map((subpath) => `.${subpath}`), './package.json'];
    assert.deepEqual(Object.keys(exports).sort(), wanted.sort());
    for (const entry of Object.values(exports)) {
      const targets: string[] = typeof entry === 'string' ? [entry] : Object.values(entry);
      if (typeof entry !== 'string') assert.deepEqual(Object.keys(entry), ['types', 'default']);
      for (const target of targets) assert.ok(existsSync(path.join(installed, target)), target);
    }
    assert.equal(manifest.type, 'module');
    assert.match(String(manifest.engines && JSON.stringify(manifest.engines)), />=20/);
  });

  test('is small', () => {
    assert.ok(statSync(tarball).size <= packedBytesMax, `${statSync(tarball).size} bytes packed`);
    const unpacked = filesIn(installed).reduce((sum, file) => sum + statSync(file).size, 0);
    assert.ok(unpacked <= unpackedBytesMax, `${unpacked} bytes unpacked`);
  });

  test('a service begun as the README says delivers what it has and ends when it is told to', async (t) => {
    const server = await startFaultServer(t);
    const readme = readFileSync(path.join(installed, 'README.md'), 'utf8');
    const [, first = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
    writeFileSync(path.join(folder, 'client.js'), first.replace('http://localhost:3000', server.url));
    writeFileSync(path.join(folder, 'service.js'), service);
    const env = { ...process.env, TIDEGATE_KEY: 'k'.repeat(32) };
    const child = spawn(process.execPath, ['service.js'], {
      ...{ cwd: folder, env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    assert.equal(server.events.length, 1);
  });

  for (const resolution of ['nodenext', 'bundler']) {
    test(`type-checks in a customer's project with ${resolution} resolution`, () => {
      const project = path.join(folder, resolution);
      mkdirSync(project);
      writeFileSync(path.join(project, 'app.ts'), consumer);
      const compilerOptions = {
        target: 'ES2023',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
        moduleResolution: resolution,
        strict: true,
        skipLibCheck: false,
        outDir: '.',
        rootDir: '.',
        types: ['node'],
        typeRoots: [path.join(root, 'node_modules', '@types')],
      };
      writeFileSync(
        path.join(project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, files: ['app.ts'] }),
      );
      run(path.join(root, 'node_modules', '.bin', 'tsc'), ['-p', project], folder);
      assert.ok(existsSync(path.join(project, 'app.js')));
    });
  }

  for (const { binary, version } of nodes()) {
    test(`runs on plain Node ${version} without any framework`, () => {
      for (const subpath of subpaths) {
        const code = `import('@tidegate/sdk${subpath}').then((m) => { if (!Object.keys(m).length) process.exit(1) })`;
        run(binary, ['--input-type=module', '--eval', code], folder);
      }
      const output = run(binary, ['nodenext/app.js'], folder);
      assert.deepEqual(JSON.parse(output), { dropped: 1, undelivered: 1 });
    });

    test(`ships and is steered on Node ${version}, and lets the process end`, async (t) => {
      const server = await startFaultServer(t);
      server.throttles = [throttleFor('thr_1', { scope: { user: 'ann' } })];
      const file = path.join(folder, 'exchange.js');
      writeFileSync(file, exchange);
      const { stdout } = await promisify(execFile)(binary, [file, server.url], { cwd: folder });
      const expected = { ready: true, conclusion: 'deny', flushed: true, accepted: 3_000 };
      assert.deepEqual(JSON.parse(stdout), expected);
      assert.equal(server.events.length, 3_000);
    });
  }
});

/** @returns what it printed; fails with what it said where it fails. */
function run(binary: string, args: string[], cwd: string): string {
  try {
    return execFileSync(binary, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? `${error.stdout}` : '';
    assert.fail(`${path.basename(binary)} ${args.join(' ')}: ${said} ${error}`);
  }
}
