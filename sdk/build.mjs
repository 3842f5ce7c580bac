// Builds dist/: tsc writes every file with its types; the entry `token` then becomes one file with jose inside, so that
// the package keeps its promise of no dependency. Comments stay in the types, where a customer's editor shows them.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const folder = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const dist = path.join(folder, 'dist');
const sources = path.join(dist, 'sdk', 'src');
const entry = path.join(sources, 'token.js');
const target = 'node20';

rmSync(dist, { recursive: true, force: true });
const typescript = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
execFileSync(process.execPath, [typescript, '-p', path.join(folder, 'tsconfig.json')], { stdio: 'inherit' });

/** Files that other entries use too stay files of their own; those of this entry lie beside it. */
function keepOutside(bundler) {
  bundler.onResolve({ filter: /^\.\.?\// }, (found) => {
    const isOwn = found.importer.includes('node_modules') || /^\.\/token-/.test(found.path);
    return isOwn ? undefined : { path: found.path, external: true };
  });
}

const jose = path.dirname(require.resolve('jose/package.json'));
const license = readFileSync(path.join(jose, 'LICENSE.md'), 'utf8').trim();
await build({
  entryPoints: [entry],
  outfile: entry,
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target,
  minify: true,
  plugins: [{ name: 'keep the rest outside', setup: keepOutside }],
  banner: { js: `/*\nHolds parts of jose.\n\n${license}\n*/` },
});

for (const name of readdirSync(dist, { recursive: true })) {
  const file = path.join(dist, name);
  // What is inside the one file now, and types that nothing public speaks of.
  const isSpent = /(^|\/)token-.*\.js$|(^|\/)token-(clock|nonce|proof|view)\.d\.ts$/.test(
    name.replaceAll(path.sep, '/'),
  );
  if (isSpent) rmSync(file);
  else if (name.endsWith('.js') && file !== entry) {
    const { code } = await transform(readFileSync(file, 'utf8'), { format: 'esm', target });
    writeFileSync(file, code);
  }
}
