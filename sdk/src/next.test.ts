import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notFound, redirect } from 'next/navigation.js';
import { NextRequest, NextResponse } from 'next/server.js';
import { adapterPromises, type StartApp } from '../test/adapter-promises.ts';
import { withTidegate } from './next.ts';
import { createTestClient } from './testing.ts';

const line = 'x'.repeat(10_000);
type Handler = (request: NextRequest, context: { params: Promise<{ id: string }> }) => Promise<Response>;

const start: StartApp = async (_t, client, options, calls) => {
  const wrap = (template: string, handler: () => Response | Promise<Response>): Handler =>
    withTidegate(client, template, handler, {
      ...options,
      user: (request: NextRequest) => options.user((name) => request.headers.get(name) ?? undefined),
      tokenId: (request: NextRequest) => options.tokenId((name) => request.headers.get(name) ?? undefined),
    });
  const order = withTidegate(
    client,
    '/v1/orders/[id]',
    async (_request: NextRequest, { params }: { params: Promise<{ id: string }> }) => {
      calls.push('order');
      return NextResponse.json({ id: (await params).id });
    },
    {
      ...options,
      user: (request) => options.user((name) => request.headers.get(name) ?? undefined),
      tokenId: (request) => options.tokenId((name) => request.headers.get(name) ?? undefined),
    },
  );
  const routes: [RegExp, Handler][] = [
    [/^GET \/v1\/orders\/\w+$/, order],
    [/^POST \/v1\/orders$/, wrap('/v1/orders', () => NextResponse.json({}, { status: 201 }))],
    [/^GET \/v1\/lines$/, wrap('/v1/lines', () => new Response(linesStream()))],
    [
      /^GET \/v1\/broken$/,
      wrap('/v1/broken', () => {
        throw new Error('broken');
      }),
    ],
    [/./, wrap('/*', () => new Response(null, { status: 404 }))],
  ];
  return {
    async request(path, init) {
      const request = new NextRequest(new Request(new URL(path, 'http://localhost'), init));
      const key = `${request.method} ${request.nextUrl.pathname}`;
      const [, handler] = routes.find(([pattern]) => pattern.test(key)) ?? [];
      assert.ok(handler);
      return handler(request, { params: Promise.resolve({ id: path.split(/[/?]/)[3] ?? '' }) });
    },
  };
};

adapterPromises('next', start, { address: false });

test('a redirect or a missing page that Next throws is observed with the status it will have', async () => {
  const client = createTestClient();
  const away = withTidegate(client, '/old', () => redirect('/new'));
  const missing = withTidegate(client, '/none', () => notFound());
  const request = new Request('http://localhost/old');
  await assert.rejects(async () => away(request, {}));
  await assert.rejects(async () => missing(request, {}));
  assert.deepEqual(
    client.events.map(({ endpoint, status }) => [endpoint, status]),
    [
      ['/old', 307],
      ['/none', 404],
    ],
  );
});

function linesStream(): ReadableStream {
  return new ReadableStream({
    start(stream) {
      for (let i = 0; i < 3; i++) stream.enqueue(new TextEncoder().encode(line));
      stream.close();
    },
  });
}
