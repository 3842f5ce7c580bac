// `npm test` is exactly what CI runs; `npm run verify` its quick part. Steps run in order and stop at the first that
// fails, so the cheapest mistake is told first.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build, environment, install, nodeBinary, root, run } from './setup.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const ci = process.env.CI === 'true';

const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const nodeTest = (args, extra = {}) =>
  run(
    nodeBinary(),
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-reporter=${ci ? 'spec' : 'dot'}`,
      '--test-timeout=180000',
      ...args,
    ],
    { env: environment({ TIDEGATE_LOG_LEVEL: 'error', ...extra }) },
  );

/** Files of small tests share the machine; servers and browsers get it for themselves. */
const allCores = `--test-concurrency=${availableParallelism()}`;

const steps = [
  { name: 'format and lint', quick: true, run: () => run(bin('biome'), ['check', '--error-on-warnings']) },
  { name: 'types', quick: true, run: () => run(bin('tsc'), ['-p', '.', '--noEmit']) },
  { name: 'architecture', quick: true, run: () => nodeTest(['test/architecture.test.ts']) },
  { name: 'unit', quick: true, run: () => nodeTest([allCores, '{lib,app,sdk/src}/**/*.test.ts']) },
  {
    name: 'server',
    quick: false,
    run: () => nodeTest([allCores, '{server,scripts,sdk/test}/**/*.test.ts']),
  },
  {
    name: 'whole',
    quick: false,
    run: () => nodeTest(['test/!(architecture).test.ts', 'test/*/**/*.test.ts']),
  },
  { name: 'e2e', quick: false, run: endToEnd },
];

async function endToEnd() {
  const { findChromium } = await import('./chromium.mjs');
  const chromium = await findChromium();
  if (chromium === undefined) {
    if (ci) return 1;
    console.error('e2e: skipped, 1 suite (no browser)');
    return 0;
  }
  await build();
  return nodeTest(['e2e/*.e2e.ts'], { TIDEGATE_CHROMIUM: chromium, NODE_ENV: 'production' });
}

async function main() {
  if (ci && !existsSync(path.join(root, '..', 'shared'))) {
    throw new Error('CI needs ../shared beside the checkout (evaluation data); it is not there.');
  }
  await install();
  for (const step of steps) {
    if (options.only !== undefined ? step.name !== options.only : options.quick && !step.quick) continue;
    const startedAt = performance.now();
    const code = await step.run();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.error(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`);
    if (code !== 0) {
      process.exitCode = 1;
      return;
    }
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
