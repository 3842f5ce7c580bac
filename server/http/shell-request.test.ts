import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { createDispatcher } from './dispatcher.ts';
import { createStaticFiles } from './static-files.ts';

let server: Server;
let port = 0;
let folder = '';
const shown: string[] = [];
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidegate-static-'));
  mkdirSync(path.join(folder, 'chunks'));
  const script = Buffer.from('/* some script */'.repeat(50));
  writeFileSync(path.join(folder, 'chunks/a.js'), script);
  writeFileSync(path.join(folder, 'chunks/a.js.br'), brotliCompressSync(script));
  writeFileSync(path.join(folder, '..', `${path.basename(folder)}.secret`), 'not yours');
  server = createDispatcher({
    api: (_request, response) => response.writeHead(204).end(),
    shell: (incoming, response) => {
      shown.push(incoming.url ?? '');
      response.writeHead(200).end();
    },
    socket: (_request, socket) => socket.destroy(),
    staticFiles: createStaticFiles(folder),
    shellUpgrade: undefined,
    publicUrl: new URL('http://localhost:3000'),
    headers: { https: false, dev: false },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = addressOf(server).port;
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(`${folder}.secret`, { force: true });
});

function addressOf(listening: Server): AddressInfo {
  const address = listening.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address;
}

async function ask(target: string, headers: Record<string, string> = {}, method = 'GET') {
  const sent = request({ host: '127.0.0.1', port, path: target, method, headers, agent: false });
  sent.end();
  const [response]: IncomingMessage[] = await once(sent, 'response');
  assert.ok(response);
  response.resume();
  return response;
}

const statusOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).statusCode;

test('a path that cannot be read is refused before the shell sees it', async () => {
  shown.length = 0;
  for (const target of ['/users/%zz', '/users/%FF', '/%E0%A4%A', '/a%00b', '*']) {
    assert.equal(await statusOf(target), 400, target);
  }
  assert.deepEqual(shown, []);
  for (const target of ['/users/%C3%A9', '/users/100%25', '/?q=%zz'])
    assert.equal(await statusOf(target), 200, target);
});

test("the router's own header is passed on as browsers send it, and refused where it is damaged", async () => {
  const page = encodeURIComponent(JSON.stringify(['__PAGE__', {}, null, 'refetch']));
  const user = encodeURIComponent(
    JSON.stringify([
      '',
      { children: [['user', 'u-1', 'd', null], { children: ['__PAGE__', {}] }] },
      null,
      null,
      4,
    ]),
  );
  for (const state of [page, user]) {
    assert.equal(await statusOf('/', { rsc: '1', 'next-router-state-tree': state }), 200, state);
  }
  for (const state of ['%zz', '{}', '%5B1%5D', 'x', '%5B%22%22%2C%7B%22a%22%3A1%7D%5D']) {
    assert.equal(await statusOf('/', { rsc: '1', 'next-router-state-tree': state }), 400, state);
  }
});

test('the shell only draws: whatever would change something is refused', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
    assert.equal(await statusOf('/', {}, method), 405, method);
  }
  assert.equal(await statusOf('/api/alerts', {}, 'POST'), 204);
  assert.equal((await ask('/', {}, 'POST')).headers['content-type'], 'application/problem+json');
});

test('an upgrade that nobody waits for opens nothing: it is answered as the request that it is', async () => {
  const headers = { connection: 'upgrade', upgrade: 'websocket' };
  for (const target of ['/', '/_next/webpack-hmr'])
    assert.equal(await statusOf(target, headers), await statusOf(target), target);
});

test('built files come compressed, for good, and nothing beside them comes at all', async () => {
  const file = '/_next/static/chunks/a.js';
  const compressed = await ask(file, { 'accept-encoding': 'gzip, br' });
  assert.equal(compressed.headers['content-encoding'], 'br');
  assert.match(compressed.headers['cache-control'] ?? '', /max-age=31536000,immutable/);
  assert.equal(compressed.headers['x-content-type-options'], 'nosniff');
  assert.equal((await ask(file)).headers['content-encoding'], undefined);
  assert.equal(await statusOf(file, { range: 'bytes=5-2' }), 200);
  const secret = `${path.basename(folder)}.secret`;
  for (const target of [
    `/_next/static/../${secret}`,
    `/_next/static/%2e%2e/${secret}`,
    `/_next/static/..%2f${secret}`,
  ]) {
    assert.equal(await statusOf(target), 404, target);
  }
});

test('what is no HTTP gets an answer that says so, and the connection ends', async () => {
  for (const [sent, status] of [
    ['NONSENSE / HTTP/1.1\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ] as const) {
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    const answer = Buffer.concat(await socket.toArray()).toString();
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
    assert.deepEqual([problem.code, problem.status], ['invalid_request', status]);
  }
});
