/** The listening server as strangers see it: what every answer carries, and which doors are not there. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { BrowserDouble, newAuthenticator } from '../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { routes } from '../policies/routes.table.ts';
import { createDispatcher } from './dispatcher.ts';

let database: TestDatabase;
let at: Installation;
let server: Server;
let token = '';
const passkey = newAuthenticator();
let browser: BrowserDouble;

before(async () => {
  database = await openTestDatabase();
  at = await installEmpty(database);
  browser = await BrowserDouble.open(at);
  const grant = await browser.setUp((await at.identity.createSetupLink()) ?? '', passkey);
  token = grant.accessToken;
  server = createDispatcher({
    api: getRequestListener(at.fetch, { overrideGlobalObjects: false }),
    // The console's pages answer whatever the path is; what is in them is Next's part.
    shell: (_request, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<p>nothing'),
    socket: (_request, socket) => socket.destroy(),
    staticFiles: undefined,
    shellUpgrade: undefined,
    publicUrl: at.publicUrl,
    headers: { https: true, dev: false },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await at.close();
  await database.close();
});

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
  const call = httpRequest({
    ...{ host: '127.0.0.1', port: address.port, method, path, agent: false },
    headers: { ...length, ...headers },
  });
  call.end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

const apiRoutes = Object.entries(routes).map(([name, rule]) => {
  const [method = '', template = ''] = name.split(' ');
  return { name, method, path: template.replaceAll(/\{\w+\}/g, 'x_1'), isOpen: 'open' in rule };
});

describe('headers', () => {
  const everywhere: [string, string][] = [
    ['GET', '/'],
    ['GET', '/nowhere'],
    ['POST', '/'],
    ['GET', '/api/nowhere'],
    ['GET', '/api/session'],
    ['GET', '/api/audit'],
    ['DELETE', '/api/session'],
    ['GET', '/_next/static/x.js'],
    ['GET', '/%00'],
  ];

  /** Guard: `securityHeaders` in server/http/security-headers.ts. */
  test('SE-07: every answer refuses framing, sniffing, leaking its address and plain http, errors too', async () => {
    for (const [method, path] of everywhere) {
      const { headers } = await ask(method, path);
      const where = `${method} ${path}`;
      assert.equal(headers['x-content-type-options'], 'nosniff', where);
      assert.equal(headers['referrer-policy'], 'no-referrer', where);
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin', where);
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin', where);
      assert.match(String(headers['strict-transport-security']), /^max-age=\d{8}/, where);
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, where);
      assert.equal(headers['x-powered-by'], undefined, where);
    }
  });

  /** Guard: `contentSecurityPolicy`; that no page breaks it is held by the browser tests (`the page never complained`). */
  test('SE-05: scripts need a nonce that is new in every answer; no objects, no base, no eval', async () => {
    const nonces = new Set<string>();
    for (const [method, path] of everywhere) {
      const policy = String((await ask(method, path)).headers['content-security-policy']);
      const [, scripts = ''] = /script-src ([^;]+)/.exec(policy) ?? [];
      const [, nonce = ''] = /'nonce-([A-Za-z0-9+/=]{24})'/.exec(scripts) ?? [];
      nonces.add(nonce);
      assert.equal(/unsafe-inline|unsafe-eval|\*|https?:/.test(scripts), false, scripts);
      assert.match(policy, /object-src 'none'/);
      assert.match(policy, /base-uri 'none'/);
      assert.match(policy, /report-uri \/csp-reports$/);
    }
    assert.equal(nonces.size, everywhere.length);
    const given = await ask('GET', '/', { 'content-security-policy': "script-src 'nonce-mine'" });
    assert.equal(String(given.headers['content-security-policy']).includes('mine'), false);
  });

  /** Guard: nothing sets `access-control-allow-origin`. */
  test('SE-04: no origin is allowed, whatever it is called, nor a preflight answered', async () => {
    const own = at.publicUrl.origin;
    for (const origin of [
      'null',
      'https://evil.example',
      `${own}.evil.example`,
      `https://evil.example/${own}`,
      'http://127.0.0.1:3000',
    ]) {
      for (const path of ['/api/session', '/api/audit', '/api/session/refresh', '/v1/events', '/']) {
        const preflight = {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'dpop',
        };
        for (const answer of [await ask('GET', path, { origin }), await ask('OPTIONS', path, preflight)]) {
          const allowed = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
          assert.deepEqual(allowed, [], `${origin} ${path}`);
        }
      }
    }
  });
});

describe('doors that are not there', () => {
  /** Guard: `publicApiPaths` in server/http/app.ts is a list of exact paths; `requireOperator` stands before all else. */
  test('AZ-11, WA-16: no spelling of a protected path is answered without a token', async () => {
    const spellings = (path: string) => [
      path,
      `${path}/`,
      `/${path}`,
      path.replace('/api/', '/api//'),
      path.replace('/api/', '/api/./'),
      path.replace('/api/', '/api/session/../'),
      path.replace('/api/', '/API/'),
      path.replace('/api/', '/%61pi/'),
      path.replace('/api/', '/api%2f'),
      `${path}.rsc`,
      `${path}?_rsc=1`,
      `${path};/api/session`,
      `${path}%3f/api/session`,
      `${path}#/api/session`,
    ];
    const tricks = {
      'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
      'x-original-url': '/api/session',
      'x-rewrite-url': '/api/session',
      'x-forwarded-host': 'evil.example',
    };
    for (const { method, path, isOpen } of apiRoutes) {
      if (isOpen || !path.startsWith('/api/')) continue;
      for (const spelling of spellings(path)) {
        const answer = await ask(
          method,
          spelling,
          { ...tricks, origin: at.publicUrl.origin, 'content-type': 'application/json' },
          method === 'GET' ? '' : '{}',
        );
        assert.ok(
          answer.status === 401 || answer.status === 404 || answer.status === 405,
          `${method} ${spelling} ${answer.status}`,
        );
      }
    }
  });

  test('WA-16: there is no second way in: what others call a sign-in is not here, and no route of ours gives a token', async () => {
    const body = JSON.stringify({ user: 'ada', password: 'x', email: 'a@b.c', code: '123456' });
    const json = { 'content-type': 'application/json', origin: at.publicUrl.origin };
    for (const path of ['/login', '/signin', '/auth/dev', '/api/login', '/api/auth/dev', '/api/sign-in'])
      assert.ok([401, 404, 405].includes((await ask('POST', path, json, body)).status), path);
    for (const { method, path, isOpen } of apiRoutes) {
      if (!isOpen || !path.startsWith('/api/')) continue;
      const answer = await ask(method, path, json, method === 'GET' ? '' : body);
      assert.equal(/accessToken|access_token/.test(answer.body), false, path);
      assert.equal(answer.headers['set-cookie'], undefined, path);
    }
  });

  /** Guard: `refuseOtherMethods` in server/http/app.ts, `refuseMethod` in server/http/dispatcher.ts. */
  test('CF-01: TRACE, unknown methods and overrides are refused; nothing of the repository is served', async () => {
    for (const method of ['TRACE', 'PUT', 'PATCH', 'PROPFIND', 'POST']) {
      for (const path of ['/', '/alerts', '/api/session', '/openapi.json']) {
        const { status, body } = await ask(method, path, { 'x-secret': 'mirrored' });
        assert.equal(status, 405, `${method} ${path}`);
        assert.equal(body.includes('mirrored'), false);
      }
    }
    const declared = (path: string, method: string) =>
      apiRoutes.some((route) => route.path === path && route.method === method);
    for (const path of new Set(apiRoutes.map((route) => route.path))) {
      for (const method of ['TRACE', 'PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS', 'PROPFIND', 'PURGE']) {
        if (declared(path, method)) continue;
        const { status, body } = await ask(method, path, { 'x-secret': 'mirrored' });
        // 401: nobody learns of a protected path which methods it has; 404: a route that this server does not have.
        assert.ok([401, 404, 405].includes(status), `${method} ${path} ${status}`);
        assert.equal(body.includes('mirrored'), false);
      }
    }
    const override = {
      'x-http-method-override': 'DELETE',
      'x-method-override': 'DELETE',
      origin: at.publicUrl.origin,
    };
    assert.equal((await ask('GET', '/api/session', override)).status, 200);
    for (const path of [
      '/.git/config',
      '/.env',
      '/server/main.ts',
      '/package.json',
      '/debug',
      '/api/debug',
      '/metrics',
    ]) {
      const { status, body } = await ask('GET', path);
      assert.ok(status === 404 || status === 401, `${path} ${status}`);
      assert.equal(/repositoryformatversion|"dependencies"|tidegate_/.test(body), false);
    }
  });

  /** Guard: `requireOperator`: a key is no DPoP token. */
  test('IK-01, SE-02: an ingest key, or a cookie alone, opens nothing of the admin API', async () => {
    const cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const { method, path, isOpen } of apiRoutes) {
      if (isOpen || !path.startsWith('/api/')) continue;
      const headers: Record<string, string>[] = [
        { authorization: `Bearer tgk_${'A'.repeat(43)}` },
        { authorization: `DPoP tgk_${'A'.repeat(43)}` },
        { cookie: cookies },
      ];
      for (const header of headers) {
        const body = { origin: at.publicUrl.origin, 'content-type': 'application/json' };
        const answer = await ask(method, path, { ...body, ...header }, method === 'GET' ? '' : '{}');
        assert.equal(answer.status, 401, `${method} ${path}`);
      }
    }
  });

  /** Guards: `requireJson` and `noBody` in server/routes/api/api-module.ts, `refuseForeign` beside the sign-in routes. */
  test('SE-03: also with a right token and from our own pages, a change is JSON or nothing', async () => {
    for (const { name, method, path } of apiRoutes) {
      if (method === 'GET' || !path.startsWith('/api/')) continue;
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ]) {
        const call = { method, token, body: {}, headers: { 'content-type': type } };
        const { status } = await browser.call(path, call);
        // 404: a route that this server does not have. Enrolling is for a recovered session only.
        const wanted = path.startsWith('/api/recovery/enrol/') ? 403 : 415;
        assert.ok(status === wanted || status === 404, `${name} ${status}`);
      }
    }
  });

  /** Guards: the same, the origin, and that cookies open nothing; each alone is enough. */
  test('SE-03: what a foreign page can send without asking changes nothing, on any route', async () => {
    const tables = ['operators', 'credentials', 'token_families', 'recovery_secrets', 'settings', 'invites'];
    const state = async () =>
      Promise.all(tables.map(async (table) => (await database.db.execute(`select * from ${table}`)).rows));
    const before = JSON.stringify(await state());
    for (const { method, path } of apiRoutes) {
      if (method === 'GET' || !path.startsWith('/api/')) continue;
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ]) {
        const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await ask(
          'POST',
          path,
          { origin: 'https://evil.example', cookie, 'content-type': type },
          '{}',
        );
        assert.ok(answer.status >= 400 && answer.status < 500, `${path} ${answer.status}`);
      }
    }
    for (const { method, path } of apiRoutes) if (method === 'GET') await ask('GET', path);
    assert.equal(JSON.stringify(await state()), before);
  });
});

describe('what answers tell', () => {
  /** Guard: server/http/problem.ts. */
  test('AU-05: a defect answers its number and nothing else; the same for odd input', async (t) => {
    t.mock.method(at.store, 'listDevices', () =>
      Promise.reject(new Error('select * from credentials at /srv/x.ts:12')),
    );
    const broken = await browser.call('/api/devices', { token });
    assert.equal(broken.status, 500);
    const { requestId, ...problem } = await broken.json();
    assert.match(requestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(problem, {
      type: 'https://tidegate.dev/problems/internal',
      title: 'Something failed on our side.',
      status: 500,
      code: 'internal',
    });
    for (const path of [
      "/api/audit?actor=' or 1=1--",
      '/api/sessions?cursor=e30',
      '/api/audit?cursor=WyJ4Il0',
      '/api/devices/..%2f..',
    ]) {
      const answer = await browser.call(path, { token });
      const text = await answer.text();
      assert.ok(answer.status < 500, `${path} ${answer.status}`);
      assert.equal(/select |at \/|node_modules|postgres|drizzle|hono|zod/i.test(text), false, text);
    }
  });

  test('a database without room, or one that is away, is called by its name, also at the sign-in', async (t) => {
    const troubles: [Error, string][] = [
      [Object.assign(new Error('could not extend file "base/5/16594"'), { code: '53100' }), 'storage_full'],
      [new Error('Connection terminated unexpectedly'), 'unavailable'],
    ];
    for (const [cause, expected] of troubles) {
      const fails = () => Promise.reject(new Error('Failed query', { cause }));
      t.mock.method(at.store, 'listDevices', fails);
      t.mock.method(at.store, 'findCredential', fails);
      const other = await BrowserDouble.open(at);
      const known = await browser.call('/api/devices', { token });
      for (const answer of [known, await other.trySignIn(passkey)]) {
        assert.deepEqual([answer.status, Object(await answer.json()).code], [503, expected]);
      }
    }
  });

  test('AU-05: no odd body and no odd id is a defect on any route, nor is any internal word in an answer', async () => {
    const bodies = [
      'null',
      '[]',
      '1',
      '"x"',
      '{"__proto__":{"x":1}}',
      '{"name":{"$ne":1}}',
      '{',
      '\u0000',
      '{"a":1e999}',
    ];
    const ids = [
      '%00',
      "'%20or%201=1--",
      '%2e%2e%2f%2e%2e',
      'x'.repeat(3_000),
      '__proto__',
      '%F0%9F%92%A9',
      '%E0%A4%A',
    ];
    const wrong: string[] = [];
    const look = async (name: string, path: string, call: RequestInit & { method: string }) => {
      const dpop = await browser.proofFor(new URL(browser.url(path)).pathname, call.method, token);
      const headers = { authorization: `DPoP ${token}`, dpop, origin: at.publicUrl.origin };
      const typed = { ...headers, 'content-type': 'application/json' };
      const answer = await at.fetch(new Request(browser.url(path), { ...call, headers: typed }));
      browser.nonce = answer.headers.get('dpop-nonce') ?? browser.nonce;
      const text = await answer.text();
      const tells = /select |insert |at \/|node_modules|postgres|pglite|drizzle|ZodError|stack/i.test(text);
      if (answer.status >= 500 || (answer.status >= 400 && tells))
        wrong.push(`${name} ${path} ${answer.status} ${text}`);
    };
    for (const { name, method } of apiRoutes) {
      const template = name.split(' ')[1] ?? '';
      // Signing out would end the walk.
      if (!template.startsWith('/api/') || template.endsWith('/sign-out')) continue;
      if (template.includes('{'))
        for (const id of ids) await look(name, template.replaceAll(/\{\w+\}/g, id), { method });
      if (method === 'GET') continue;
      for (const body of bodies) await look(name, template.replaceAll(/\{\w+\}/g, 'x_1'), { method, body });
    }
    assert.deepEqual(wrong, []);
  });

  /** Guard: `writtenOnce` in server/http/app.ts: writing it for each request held the process up for a minute. */
  test('RC-02: the description is written once, however many strangers ask for it', async (t) => {
    const written = t.mock.method(JSON, 'stringify');
    await Promise.all(Array.from({ length: 50 }, () => at.fetch(new Request(browser.url('/openapi.json')))));
    const times = written.mock.calls.filter(({ arguments: [value] }) => Object(value).openapi !== undefined);
    assert.ok(times.length <= 1, `${times.length} times`);
  });

  /** Guard: `createRoute` describes what it registers; routes.table.ts is checked at the start. */
  test('CF-02: what is described is what there is', async () => {
    const { paths } = JSON.parse((await ask('GET', '/openapi.json')).body) as {
      paths: Record<string, object>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    assert.ok(described.length > 40, String(described.length));
    for (const name of described)
      assert.ok(Object.hasOwn(routes, name), `${name} is described and has no rule`);
    // This server has the routes of identity and access; those of detection are described where they are tested.
    const prefix =
      /^\w+ \/api\/(devices|operator-devices|recovery|sessions|notices|audit|auth|invites|operators|policies|session|sign-in|setup|me)\b/;
    const missing = apiRoutes.filter(({ name }) => prefix.test(name) && !described.includes(name));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });
});
