// Runs one of our TypeScript programs on the Node that comes with the install: `node scripts/run.mjs FILE.ts …args`.
// What it installs first is told on stderr, so that the program's own output stays clean.

import process from 'node:process';
import { environment, install, nodeBinary, run } from './setup.mjs';

async function main() {
  await install();
  const [file, ...args] = process.argv.slice(2);
  // Paths on the command line mean what they meant where the person typed them.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const entry = new URL(`../${file}`, import.meta.url);
  process.exitCode = await run(
    nodeBinary(),
    ['--disable-warning=ExperimentalWarning', entry.pathname, ...args],
    {
      cwd,
      env: environment(),
    },
  );
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
