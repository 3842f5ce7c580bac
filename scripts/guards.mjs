// `node scripts/guards.mjs [ROW…]`: takes each guard of test/guards.table.ts away, one at a time, in a copy of the tree,
// and runs the test that is said to hold it. A guard whose test stays green is no guard: the answer is then 1.
// Each costs the time of one test file; `RT-11` and other end-to-end rows build the console anew.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { guards } from '../test/guards.table.ts';
import { environment, nodeBinary, root } from './setup.mjs';

const wanted = new Set(process.argv.slice(2));
const chosen = guards.filter(({ rows }) => wanted.size === 0 || rows.some((row) => wanted.has(row)));

/** @returns {string} a folder with the sources, which shares the installed packages by hard links */
function copyOfTheTree() {
  const copy = mkdtempSync(path.join(tmpdir(), 'tidegate-guards-'));
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of listed.stdout.split('\n').filter(Boolean))
    cpSync(path.join(root, file), path.join(copy, file));
  const linked = spawnSync('cp', ['-al', path.join(root, 'node_modules'), path.join(copy, 'node_modules')]);
  if (linked.status !== 0) throw new Error(`node_modules could not be linked: ${linked.stderr}`);
  // Some tests ask git which files there are.
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
  ])
    spawnSync('git', args, { cwd: copy });
  return copy;
}

/** Whether a test named after the row fails; a file that does not even load is no such failure. */
function turnsRed(copy, { rows, test }) {
  const env = environment({ TIDEGATE_LOG_LEVEL: 'silent', NODE_ENV: 'production' });
  if (test.endsWith('.e2e.ts')) {
    const built = spawnSync(nodeBinary(), ['scripts/start.mjs', '--build-only'], { cwd: copy, env });
    if (built.status !== 0) return false;
  }
  const { stdout } = spawnSync(
    nodeBinary(),
    [
      ...['--disable-warning=ExperimentalWarning', '--test', '--test-reporter=tap', '--test-timeout=60000'],
      // What a failing test left open would keep its process.
      '--test-force-exit',
      ...[`--test-name-pattern=${rows.join('|')}`, test],
    ],
    { cwd: copy, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return rows.every((row) => new RegExp(`^\\s*not ok \\d+ - .*${row}`, 'm').test(stdout));
}

const copy = copyOfTheTree();
let green = 0;
try {
  for (const guard of chosen) {
    const file = path.join(copy, guard.file);
    const sound = readFileSync(file, 'utf8');
    // A function, since `$` in what is left would mean something.
    writeFileSync(
      file,
      sound.replace(guard.remove, () => guard.leave ?? ''),
    );
    const isRed = turnsRed(copy, guard);
    writeFileSync(file, sound);
    if (!isRed) green += 1;
    console.log(`${isRed ? 'red  ' : 'GREEN'} ${guard.rows.join(', ')}  ${guard.file}  (${guard.test})`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(
  `${chosen.length - green} of ${chosen.length} guards turned their tests red when they were taken away`,
);
process.exitCode = green === 0 ? 0 : 1;
