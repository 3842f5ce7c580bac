import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fastify, { type FastifyRequest } from 'fastify';
import { adapterPromises, type StartApp } from '../test/adapter-promises.ts';
import { listening } from '../test/listening.ts';
import { tidegate } from './fastify.ts';
import { createTestClient } from './testing.ts';

const line = 'x'.repeat(10_000);

const headerOf = (request: FastifyRequest) => (name: string) => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

const start: StartApp = async (t, client, options, calls) => {
  const app = fastify();
  await app.register(
    tidegate(client, {
      ...options,
      user: (request: FastifyRequest) => options.user(headerOf(request)),
      tokenId: (request: FastifyRequest) => options.tokenId(headerOf(request)),
    }),
  );
  await app.register(
    async (orders) => {
      orders.get<{ Params: { id: string } }>('/:id', async ({ params }) => {
        calls.push('order');
        return { id: params.id };
      });
      orders.post('/', async (_request, reply) => reply.code(201).send({}));
    },
    { prefix: '/v1/orders' },
  );
  app.get('/v1/lines', async (_request, reply) => reply.send(Readable.from([line, line, line])));
  app.get('/v1/broken', async () => {
    throw new Error('broken');
  });
  app.get('/v1/slow', (_request, reply) => {
    calls.push('slow');
    reply.hijack();
  });
  app.get('/v1/tail', (_request, reply) => {
    calls.push('tail');
    reply.hijack();
    reply.raw.write('begun');
  });
  t.after(() => app.close());
  await app.ready();
  return listening(t, app.server);
};

adapterPromises('fastify', start, { address: true });

test('inject, as Fastify apps are tested, is observed as well', async (t) => {
  const client = createTestClient();
  const app = fastify();
  t.after(() => app.close());
  await app.register(tidegate(client));
  app.get('/files/*', async () => 'file');
  app.get('/exact/:id(^\\d+$)', async () => 'exact');
  await app.inject('/files/a/b');
  await app.inject('/exact/12');
  assert.deepEqual(
    client.events.map(({ endpoint }) => endpoint),
    ['/files/*', '/exact/{id}'],
  );
});
