import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createDispatcher } from './dispatcher.ts';

let server: Server;
let port = 0;
const shown: string[] = [];
before(async () => {
  server = createDispatcher({
    api: (_request, response) => response.writeHead(204).end(),
    shell: (incoming, response) => {
      shown.push(incoming.url ?? '');
      response.writeHead(200).end();
    },
    socket: (_request, socket) => socket.destroy(),
    shellUpgrade: undefined,
    publicUrl: new URL('http://localhost:3000'),
    headers: { https: false, dev: false },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = addressOf(server).port;
});
after(() => server.close());

function addressOf(listening: Server): AddressInfo {
  const address = listening.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address;
}

async function statusOf(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

test('a path that cannot be read is refused before the shell sees it', async () => {
  shown.length = 0;
  for (const path of ['/users/%zz', '/users/%FF', '/%E0%A4%A', '/a%00b', '*']) {
    assert.equal(await statusOf(path), 400, path);
  }
  assert.deepEqual(shown, []);
  for (const path of ['/users/%C3%A9', '/users/100%25', '/?q=%zz'])
    assert.equal(await statusOf(path), 200, path);
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
});

test('an upgrade that nobody waits for is refused, and the connection ends', async () => {
  const headers = { connection: 'upgrade', upgrade: 'websocket' };
  assert.equal(await statusOf('/', headers), 404);
  assert.equal(await statusOf('/_next/webpack-hmr', headers), 404);
});
