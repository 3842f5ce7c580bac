// What has to stand before anything else runs: dependencies as the lock file asks, and the console built from the
// sources as they are. Plain JavaScript for the host's Node 20, since nothing is installed yet when it starts.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const lockStamp = path.join(root, 'node_modules', '.tidegate-lock');
const buildStamp = path.join(root, '.next', 'tidegate-build');
/** Everything that the built console depends on. */
const buildInputs = [
  'app',
  'lib/contract',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
  'scripts/setup.mjs',
];

/** @returns {string} SHA-256 of the files' names and contents. */
function hashOf(inputs) {
  const hash = createHash('sha256');
  const add = (name) => {
    const full = path.join(root, name);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const entry of readdirSync(full).sort()) add(`${name}/${entry}`);
    } else hash.update(`${name}\0`).update(readFileSync(full));
  };
  for (const input of inputs) add(input);
  return hash.digest('hex');
}

const isStamped = (file, hash) => existsSync(file) && readFileSync(file, 'utf8') === hash;

function stamp(file, hash) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, hash);
}

/** Node 24 that came with the install, where there is one for this machine. */
export function nodeBinary() {
  const installed = path.join(
    root,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'node.cmd' : 'node',
  );
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `Tidegate needs Node 24 or newer; this is ${process.version}, and none comes with the install for this machine.`,
  );
}

/** Runs a command to its end. @returns {Promise<number>} its exit code */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 1));
  });
}

/** The environment for every process we start: Node 24 first on the PATH, no telemetry. */
export function environment(extra = {}) {
  return {
    ...process.env,
    PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}`,
    NEXT_TELEMETRY_DISABLED: '1',
    ...extra,
  };
}

/** Installs exactly what the lock file says, when it changed. */
export async function install() {
  const hash = hashOf(['package-lock.json']);
  if (isStamped(lockStamp, hash)) return;
  console.error('Installing dependencies (about 40 s the first time)…');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run('npm', ['ci', ...quiet], { stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new Error('npm ci failed; its output above says why.');
  stamp(lockStamp, hash);
}

/** Builds the console, when its sources changed. */
export async function build() {
  const hash = hashOf(buildInputs);
  if (isStamped(buildStamp, hash)) return;
  console.error('Building the console (about 20 s)…');
  const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
  const code = await run(nodeBinary(), [next, 'build'], {
    env: environment({ NODE_ENV: 'production' }),
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0) throw new Error('The console did not build; the output above says why.');
  await compress();
  stamp(buildStamp, hash);
}

/** Beside every script and style its compressed forms, which server/http/static-files.ts hands out. */
async function compress() {
  const folder = path.join(root, '.next', 'static');
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(js|css|svg)$/.test(name));
  await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const content = readFileSync(file);
      writeFileSync(`${file}.br`, await promisify(brotliCompress)(content));
      writeFileSync(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
    }),
  );
}
