/** The table in SECURITY.md, held to what there is; and the rules that hold for the sources as a whole. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { guards } from './guards.table.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const rowsOf = {
  WA: 17,
  AT: 8,
  DP: 13,
  RT: 12,
  RV: 8,
  SE: 9,
  WS: 11,
  AZ: 11,
  DV: 9,
  IK: 5,
  SS: 4,
  RC: 3,
  AU: 5,
  CF: 4,
};
const ids = Object.entries(rowsOf).flatMap(([area, count]) =>
  Array.from({ length: count }, (_, index) => `${area}-${String(index + 1).padStart(2, '0')}`),
);

describe('the table in SECURITY.md', () => {
  const rows = [...read('SECURITY.md').matchAll(/^\| ([A-Z]{2}-\d\d) \| (.*) \|$/gm)].map(
    ([, id = '', held = '']) => ({
      id,
      held,
      files: [...held.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
    }),
  );

  test('names all 119 rows, each once and in order', () => {
    assert.equal(ids.length, 119);
    assert.deepEqual(
      rows.map(({ id }) => id),
      ids,
    );
  });

  test('cites only tests that exist and bear the row in their name, or says why there is none', () => {
    const wrong = rows.flatMap(({ id, held, files }) => {
      if (files.length === 0) return /^does not apply yet: \w/.test(held) ? [] : [`${id} says nothing`];
      return files
        .filter((file) => !existsSync(path.join(root, file)) || !names(file, id))
        .map((file) => `${id} is not in the name of a test of ${file}`);
    });
    assert.deepEqual(wrong, []);
  });

  test('has a guard for every row that a test holds, in one place of the sources and held by a test of that row', () => {
    const wrong = guards.flatMap(({ rows: guarded, file, remove, test: holder }) => [
      ...(read(file).split(remove).length === 2 ? [] : [`${guarded}: not once in ${file}: ${remove}`]),
      ...guarded
        .filter((id) => !rows.find((row) => row.id === id)?.files.includes(holder))
        .map((id) => `${id} is not said to be held by ${holder}`),
    ]);
    const guarded = new Set(guards.flatMap((guard) => guard.rows));
    const bare = rows.filter(({ id, files }) => files.length > 0 && !guarded.has(id));
    assert.deepEqual([...wrong, ...bare.map(({ id }) => `${id} has no guard`)], []);
  });

  /** In a string on one line, as the names of tests are. */
  const names = (file: string, id: string) =>
    new RegExp(`['"\`][^'"\`\\n]*\\b${id}\\b[^'"\`\\n]*['"\`]`).test(read(file));
});

describe('the sources as a whole', () => {
  const product = execFileSync('git', ['ls-files', 'server', 'lib'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file) && existsSync(path.join(root, file)));

  test('SS-01, SS-02, SS-03: the server opens no connection to anything that somebody names', () => {
    assert.ok(product.length > 150);
    const outgoing =
      /(?<![.\w])fetch\(|\bhttps?\.(get|request)\(|\bnet\.connect\(|createConnection\(|from '(undici|node:https|node:http2|node:tls|node:dgram|axios|got)'|createRemoteJWKSet/;
    const offending = product.filter((file) =>
      outgoing.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')),
    );
    assert.deepEqual(offending, []);
    assert.match(read('next.config.js'), /unoptimized: true/, 'nor does the image optimiser');
  });

  test('CF-03: the framework is above the versions whose flaws are known, and every version is pinned', () => {
    const manifest = JSON.parse(read('package.json'));
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
    );
    assert.deepEqual(loose, []);
    // First versions with the fixes for CVE-2025-29927 and CVE-2025-55182 in the lines that are used here.
    const fixed = { next: [16, 0, 7], react: [19, 2, 1], 'react-dom': [19, 2, 1] };
    const lock = JSON.parse(read('package-lock.json'));
    for (const [name, atLeast] of Object.entries(fixed)) {
      const installed = String(lock.packages[`node_modules/${name}`].version).split('.').map(Number);
      const differs = atLeast.findIndex((part, index) => part !== installed[index]);
      const isAbove = differs === -1 || Number(installed[differs]) > Number(atLeast[differs]);
      assert.ok(isAbove, `${name} ${installed.join('.')}`);
    }
  });
});
