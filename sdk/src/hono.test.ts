import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { adapterPromises, type HeaderOptions, type StartApp } from '../test/adapter-promises.ts';
import { listening } from '../test/listening.ts';
import { tidegate } from './hono.ts';
import { createTestClient, type TestClient } from './testing.ts';

const line = 'x'.repeat(10_000);
const encoded = (text: string) => new TextEncoder().encode(text);
const linesStream = () =>
  new ReadableStream({
    start(stream) {
      for (let i = 0; i < 3; i++) stream.enqueue(encoded(line));
      stream.close();
    },
  });

function appWith(client: TestClient, options: HeaderOptions, calls: string[]): Hono {
  const app = new Hono();
  app.use(
    tidegate(client, {
      ...options,
      user: (c: Context) => options.user((name) => c.req.header(name)),
      tokenId: (c: Context) => options.tokenId((name) => c.req.header(name)),
    }),
  );
  app.get('*', async (_c, next) => next());
  const orders = new Hono();
  orders.get('/:id', (c) => {
    calls.push('order');
    return c.json({ id: c.req.param('id') });
  });
  orders.post('/', (c) => c.json({}, 201));
  app.route('/v1/orders', orders);
  app.get('/v1/lines', () => new Response(linesStream()));
  app.get('/v1/broken', () => {
    throw new Error('broken');
  });
  app.get('/v1/slow', () => {
    calls.push('slow');
    return new Promise<Response>(() => undefined);
  });
  app.get('/v1/tail', () => {
    calls.push('tail');
    return new Response(new ReadableStream({ start: (stream) => stream.enqueue(encoded('begun')) }));
  });
  if (!options.isBare) app.onError((_error, c) => c.text('broken', 500));
  return app;
}

const startOnNode: StartApp = async (t, client, options, calls) =>
  listening(t, createServer(getRequestListener(appWith(client, options, calls).fetch)));

const startInMemory: StartApp = async (_t, client, options, calls) => {
  const app = appWith(client, options, calls);
  return { request: async (path, init) => app.request(path, init) };
};

adapterPromises('hono on Node', startOnNode, { address: true });
adapterPromises('hono without a server', startInMemory, { address: false });

test('handlers are told from middleware, whatever their order and method', async () => {
  const client = createTestClient();
  const app = new Hono();
  app.use(tidegate(client));
  app.use('/v1/*', async (_c, next) => next());
  app.get('/v1/*', async (_c, next) => next());
  app.get('/v1/users/me', (c) => c.text('me'));
  app.all('/v1/users/:id{[0-9]+}', (c) => c.text('any'));
  app.get('/static/*', (c) => c.text('file'));
  for (const path of ['/v1/users/me', '/v1/users/7', '/static/a/b', '/other']) await app.request(path);
  await app.request('/v1/users/me', { method: 'HEAD' });
  assert.deepEqual(
    client.events.map(({ endpoint }) => endpoint),
    ['/v1/users/me', '/v1/users/{id}', '/static/*', '/*', '/v1/users/me'],
  );
});
