/** Requests as no browser sends them: what the parser refuses, what comes all at once, what is larger than its limit. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { createLog } from '../observe/log.ts';
import { limitBody } from './body-limit.ts';
import { createDispatcher } from './dispatcher.ts';
import type { ApiEnv } from './env.ts';
import { onError } from './problem.ts';

let server: Server;
let asked = 0;
const bodyBytesMax = 1_000;

before(async () => {
  const app = new Hono<ApiEnv>();
  app.onError(onError(createLog({ level: 'silent' })));
  app.get('/api/x', (c) => {
    asked += 1;
    return c.text('x');
  });
  app.post('/api/x', limitBody(bodyBytesMax), async (c) => c.text(await c.req.text()));
  server = createDispatcher({
    api: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    shell: (_request, response) => response.writeHead(404).end(),
    socket: (_request, socket) => socket.destroy(),
    staticFiles: undefined,
    shellUpgrade: undefined,
    publicUrl: new URL('https://tidegate.example'),
    headers: { https: true, dev: false },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => {
  server.closeAllConnections();
  server.close();
});

function port(): number {
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

/** Everything that comes back until the other end closes. */
async function sendRaw(text: string): Promise<string> {
  const socket = connect(port(), '127.0.0.1');
  socket.on('error', () => {});
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.write(text);
  await once(socket, 'close');
  return received;
}

const close = 'Connection: close\r\n\r\n';
const upgrade = 'Connection: Upgrade, close\r\nUpgrade:';

/** Guard: `createRefuseByHand` in server/http/refuse-by-hand.ts, `dress` and `requireHostHeader` in dispatcher.ts. */
test('SE-07: also what the parser refuses is answered with every header, and kept by no cache', async () => {
  const odd: [status: number, request: string][] = [
    [400, 'GARBAGE\r\n\r\n'],
    [431, `GET /api/x HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    [400, `GET /api/x HTTP/1.1\r\n${close}`],
    [400, `GET /api/x HTTP/1.1\r\nHost: <a b>\r\n${close}`],
    [400, 'POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
    [400, `GET /api/x HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n${close}`],
    [400, `GET http://evil.example/api/x HTTP/1.1\r\nHost: evil.example\r\n${close}`],
    [404, `GET /nowhere HTTP/1.1\r\nHost: a\r\n${upgrade} websocket\r\n\r\n`],
    [404, `GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n${close}`],
  ];
  for (const [status, request] of odd) {
    const [head = ''] = (await sendRaw(request)).toLowerCase().split('\r\n\r\n');
    assert.ok(head.startsWith(`http/1.1 ${status} `), `${request.slice(0, 60)} -> ${head.slice(0, 40)}`);
    for (const header of [
      'x-content-type-options: nosniff',
      'referrer-policy: no-referrer',
      'cross-origin-opener-policy: same-origin',
      'cross-origin-resource-policy: same-origin',
      'strict-transport-security: max-age=31536000',
      "frame-ancestors 'none'",
    ])
      assert.ok(head.includes(header), `${request.slice(0, 60)} has no ${header}`);
    if (status !== 404) assert.ok(head.includes('cache-control: no-store'), request.slice(0, 60));
  }
});

test('who offers another protocol with a request is answered in this one', async () => {
  const answer = await sendRaw(
    `GET /api/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n`,
  );
  assert.match(answer, /^HTTP\/1\.1 200 /);
});

/** Guard: `createPipelineLimit` in server/http/dispatcher.ts: 30,000 requests in 20 packets took 4 GB and 20 seconds. */
test('RC-02: a flood of requests in one packet is cut, and most of it never asked for anything', async () => {
  asked = 0;
  await sendRaw('GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1_000));
  assert.ok(asked <= 16, String(asked));
  // As many as benchmarks and proxies send ahead are answered.
  const some = await sendRaw(
    `${'GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(15)}GET /api/x HTTP/1.1\r\nHost: a\r\n${close}`,
  );
  assert.equal(some.match(/HTTP\/1\.1 200 /g)?.length, 16);
});

/** Guard: `setTimeout` in server/http/dispatcher.ts. */
test('RC-02: a connection on which nothing moves does not stay, also where an answer is never read', async () => {
  assert.ok(server.timeout > 0 && server.timeout <= 60_000, String(server.timeout));
  const allowed = server.timeout;
  server.setTimeout(200);
  try {
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => {});
    // The rest of the body never comes, and its time is not over yet.
    socket.write('POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx');
    socket.resume();
    await once(socket, 'close');
  } finally {
    server.setTimeout(allowed);
  }
});

/** Guard: the declared length in server/http/body-limit.ts is looked at before the body is opened. */
test('WA-14, IK-04: a body beyond its limit is told so, and the connection answers the next request', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (
    method: string,
    body: Buffer | undefined,
  ): Promise<[number, IncomingMessage['socket']]> => {
    const length = body === undefined ? {} : { 'content-length': body.length };
    const call = httpRequest({
      host: '127.0.0.1',
      port: port(),
      path: '/api/x',
      method,
      headers: length,
      agent,
    });
    call.end(body);
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const { socket } = response;
    for await (const _ of response);
    return [response.statusCode ?? 0, socket];
  };
  const sockets = new Set<unknown>();
  for (let round = 0; round < 5; round++) {
    const [refused, first] = await ask('POST', Buffer.alloc(2_000_000, 'x'));
    const [answered, second] = await ask('GET', undefined);
    assert.deepEqual([refused, answered], [413, 200]);
    sockets.add(first).add(second);
  }
  assert.equal(sockets.size, 1);
  agent.destroy();
});
