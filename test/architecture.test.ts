/**
 * The shape of the house, held by a test: which room may import which, what may be called where, how long a file may
 * be, and that the documents cite only what exists. Cycles, function length and process.env are Biome's rules.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const isTest = (file: string) => /\.(test|e2e)\.tsx?$|^(test|e2e|bench)\/|^sdk\/test\//.test(file);
const sources = tracked.filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));
const product = sources.filter((file) => !isTest(file));
const inRoom = (file: string, room: string) => file === room || file.startsWith(`${room}/`);

interface Import {
  file: string;
  /** Repository path for relative imports, package name otherwise. */
  target: string;
  typeOnly: boolean;
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(file: string): Import[] {
  return [...read(file).matchAll(importPattern)].map((match) => {
    const specifier = match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), specifier)
      : specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
    return { file, target, typeOnly: match[1] !== undefined };
  });
}

const imports = product.flatMap(importsOf);

/** Fails with every offending import at once. */
function refuse(offending: Import[], rule: string): void {
  assert.deepEqual(
    offending.map(({ file, target }) => `${file} imports ${target}`),
    [],
    rule,
  );
}

const from = (room: string) => imports.filter(({ file }) => inRoom(file, room));
const isLocal = ({ target }: Import) => /^(lib|server|app|sdk|test|e2e|bench|scripts)\//.test(target);
const outside =
  (...rooms: string[]) =>
  (entry: Import) =>
    !rooms.some((room) => inRoom(entry.target, room));

describe('which room may import which', () => {
  test('the scan sees the imports it judges', () => {
    assert.ok(imports.length > 100, `${imports.length} imports found`);
    assert.ok(from('server').some(({ target }) => inRoom(target, 'lib')));
  });

  test('lib/contract imports only the schema library, and only in its schema files', () => {
    refuse(
      from('lib/contract').filter((entry) => isLocal(entry) && outside('lib/contract')(entry)),
      'contract is a leaf',
    );
    refuse(
      from('lib/contract').filter(
        (entry) => !isLocal(entry) && !(entry.target === 'zod' && entry.file.endsWith('.schema.ts')),
      ),
      'the SDK inlines the plain files, so no library may be in them',
    );
    refuse(
      from('lib/contract').filter(
        ({ file, target }) => !file.includes('.schema.') && target.includes('.schema.'),
      ),
      'plain files must not reach Zod through a schema file',
    );
  });

  test('engine, enforcement and identity rules import only the contract', () => {
    for (const room of ['lib/engine', 'lib/enforcement', 'lib/identity', 'lib/policy']) {
      refuse(
        from(room).filter((entry) => isLocal(entry) && outside(room, 'lib/contract')(entry)),
        `${room} decides`,
      );
      refuse(
        from(room).filter((entry) => entry.target.startsWith('node:')),
        `${room} does no I/O`,
      );
    }
    refuse(
      from('lib/engine').filter((entry) => !isLocal(entry)),
      'the engine has no dependency',
    );
    refuse(
      from('lib/enforcement').filter((entry) => !isLocal(entry)),
      'the SDK inlines enforcement',
    );
  });

  test('the server imports lib and itself; the console and the SDK never', () => {
    refuse(
      from('server').filter((entry) => isLocal(entry) && outside('server', 'lib')(entry)),
      'server room',
    );
  });

  test('the console reaches the server through the contract only', () => {
    refuse(
      from('app').filter((entry) => isLocal(entry) && outside('app', 'lib/contract')(entry)),
      'app room',
    );
    refuse(
      from('app').filter((entry) => entry.target.startsWith('node:')),
      'the console runs in a browser',
    );
    assert.equal(existsSync(path.join(root, 'app', 'api')), false, 'the API lives in server/');
  });

  /** sdk/build.mjs puts it into the one file of the entry `token`. */
  const isBundled = ({ file, target }: Import) => target === 'jose' && file.startsWith('sdk/src/token-');

  test('the SDK ships only itself, the plain contract and enforcement', () => {
    refuse(
      from('sdk').filter(
        (entry) =>
          (isLocal(entry) && outside('sdk', 'lib/contract', 'lib/enforcement')(entry)) ||
          entry.target.includes('.schema.') ||
          (!isLocal(entry) && !entry.target.startsWith('node:') && !isBundled(entry)),
      ),
      'the SDK has no dependency',
    );
  });

  test('only the composition root imports Next, and only storage speaks SQL', () => {
    refuse(
      from('server').filter(({ file, target }) => target === 'next' && file !== 'server/main.ts'),
      'next',
    );
    const stores = ['drizzle-orm', 'pg', '@electric-sql/pglite', '@electric-sql/pglite-socket'];
    refuse(
      imports.filter(({ file, target }) => stores.includes(target) && !inRoom(file, 'server/storage')),
      'SQL lives in server/storage',
    );
  });
});

/** What is asked before anything happens: server/policies/routes.test.ts calls each route that is found here. */
describe('nothing answers without having asked', () => {
  test('every file with routes is reached from the one list of modules, which the table of routes is held to', () => {
    const reached = new Set(['server/routes/all-modules.ts']);
    // A set that grows while it is walked is walked to its end.
    for (const file of reached) {
      for (const { target, typeOnly } of imports.filter((entry) => entry.file === file)) {
        if (!typeOnly && inRoom(target, 'server/routes')) reached.add(target);
      }
    }
    const withRoutes = product.filter(
      (file) => inRoom(file, 'server') && /\bapp\.(openapi|get|post|put|patch|delete)\(/.test(read(file)),
    );
    assert.ok(withRoutes.length > 15, `${withRoutes.length} files with routes found`);
    assert.deepEqual(
      withRoutes.filter((file) => !reached.has(file)),
      [],
    );
  });

  test('a socket event is attached through the table that names its action, and in no other way', () => {
    const consoleSockets = imports.filter(({ target }) => target === 'socket.io').map(({ file }) => file);
    assert.ok(consoleSockets.length >= 2, 'the scan sees the sockets it judges');
    const byName = /\bsocket\.(on|once|onAny|prependAny)\(\s*['"`]/;
    assert.deepEqual(
      consoleSockets.filter((file) => byName.test(withoutComments(read(file)))),
      [],
    );
  });
});

describe('what may be written where', () => {
  test('nothing in lib reads a clock, rolls dice or sets a timer', () => {
    const impure =
      /\b(Date\.now|Math\.random|performance\.now|setTimeout|setInterval|setImmediate)\b|new Date\(\)/;
    const offending = product.filter(
      (file) => inRoom(file, 'lib') && impure.test(withoutComments(read(file))),
    );
    assert.deepEqual(offending, []);
  });

  test('files have a name that says what is in them', () => {
    const empty = /(^|\/)(utils?|helpers?|common|misc|manager|services?)(\.|\/)/;
    assert.deepEqual(
      sources.filter((file) => empty.test(file)),
      [],
    );
  });

  test('no product file is longer than 250 lines, tables of data excepted', () => {
    const long = product
      .filter((file) => !/\.table\.ts$|aaguid/.test(file))
      .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 250);
    assert.deepEqual(long, []);
  });

  test('no page lies deeper than five segments', () => {
    const deep = tracked.filter((file) => inRoom(file, 'app') && file.split('/').length > 7);
    assert.deepEqual(deep, []);
  });

  test('a file that only passes exports on exists for the SDK alone', () => {
    const barrels = product.filter((file) => {
      const code = withoutComments(read(file)).trim();
      return (
        code !== '' &&
        /^(\s*export\s+(type\s+)?(\*|\{[^}]*\})\s*(as\s+\w+\s*)?from\s+['"][^'"]+['"];?\s*)+$/.test(code)
      );
    });
    assert.deepEqual(
      barrels.filter((file) => !/^sdk\/src\/(index|testing)\.ts$/.test(file)),
      [],
    );
  });

  test('the repository names no private path and no registry host', () => {
    // Put together from parts, so that this file passes its own check.
    const folders = ['work', 'farm'].map((name) => `(^|[^A-Za-z])/${name}/[a-z]`);
    const leak = new RegExp(
      [...folders, ['registry', 'npmjs'].join('\\.'), ['bash', 'jobs'].join('_')].join('|'),
    );
    const offending = tracked.filter(
      (file) => !/package-lock\.json$|\.(png|gz|woff2)$/.test(file) && leak.test(read(file)),
    );
    assert.deepEqual(offending, []);
  });
});

describe('the documents', () => {
  const documents = tracked.filter((file) => file.endsWith('.md'));

  test('cite only files and folders that exist', () => {
    const missing = documents.flatMap((file) =>
      [
        ...read(file).matchAll(
          /`((?:lib|server|app|sdk|e2e|test|bench|scripts|docs)\/[\w./[\]-]*)`|\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g,
        ),
      ]
        .map((match) => match[1] ?? path.posix.join(path.posix.dirname(file), match[2] ?? ''))
        .filter((cited) => !existsSync(path.join(root, cited)))
        .map((cited) => `${file} cites ${cited}`),
    );
    assert.deepEqual(missing, []);
  });

  test('every npm script that they name exists', () => {
    const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
    const unknown = documents.flatMap((file) =>
      [...read(file).matchAll(/npm run (?:--silent )?([\w:-]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !scripts.includes(name) && !file.startsWith('sdk/'))
        .map((name) => `${file} names ${name}`),
    );
    assert.deepEqual(unknown, []);
  });
});

/** Comments may speak of what code must not do. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|(^|[^:])\/\/[^\n]*/g, '$1');
}
