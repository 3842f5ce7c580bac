// `npm start`, `npm run dev`, `npm run demo`, `npm run build`: sets up what is missing, then runs the server until it
// is told to stop. Signals go on to the server, which finishes its batches and writes a checkpoint.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { build, environment, install, nodeBinary, root } from './setup.mjs';

const flags = new Set(process.argv.slice(2));
const dev = flags.has('--dev');
const demo = flags.has('--demo');

/** @returns {import('node:child_process').ChildProcess} */
function start(args, extra) {
  return spawn(nodeBinary(), args, { cwd: root, stdio: 'inherit', env: environment(extra) });
}

async function main() {
  await install();
  if (!dev) await build();
  if (flags.has('--build-only')) return;

  // The demo ships through the same door as any service, with a key that lives as long as this run.
  const demoEnv = demo
    ? {
        TIDEGATE_DATA: process.env.TIDEGATE_DATA || '.tidegate-demo',
        TIDEGATE_INGEST_KEY: process.env.TIDEGATE_INGEST_KEY || randomBytes(24).toString('hex'),
      }
    : {};
  const mode = dev ? { TIDEGATE_DEV: '1' } : { NODE_ENV: 'production' };
  const watch = dev ? ['--watch-path=server', '--watch-path=lib', '--watch-preserve-output'] : [];
  const server = start([...watch, 'server/main.ts'], { ...demoEnv, ...mode });
  const traffic = demo ? start(['scripts/demo.ts'], { ...demoEnv, ...mode }) : undefined;

  const stop = (signal) => {
    traffic?.kill(signal);
    server.kill(signal);
  };
  // A terminal sends Ctrl-C to the whole group; the server treats a repeated signal as the same one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  // npm passes a signal to its shell, which dies of it without telling us: then we have another parent.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || stop('SIGTERM'), 500).unref();
  server.on('exit', (code, signal) => {
    traffic?.kill('SIGTERM');
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
