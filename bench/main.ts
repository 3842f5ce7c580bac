/**
 * `npm run --silent bench [-- NAME…]`: runs the benchmarks one after the other and prints one line of JSON for each.
 * Every benchmark has a process of its own: what one leaves in the heap or in the compiler must not weigh on the next,
 * and resident memory is that of a whole process.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/setup.mjs';
import { catalogue } from './catalogue.ts';

const one = fileURLToPath(new URL('./one.ts', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

async function main(asked: string[]): Promise<number> {
  const names = Object.keys(catalogue);
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`no benchmark is called ${unknown.join(', ')}; there are: ${names.join(', ')}\n`);
    return 1;
  }
  const failed: string[] = [];
  for (const name of asked.length > 0 ? asked : names) {
    if (catalogue[name]?.needsServer) await build();
    if ((await runAlone(name)) !== 0) failed.push(name);
  }
  if (failed.length > 0) process.stderr.write(`failed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** @returns the exit code; the child prints its own result */
async function runAlone(name: string): Promise<number> {
  const flags = ['--expose-gc', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, one, name], { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

process.exitCode = await main(process.argv.slice(2));
