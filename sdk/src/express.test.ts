import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import express, { type Express, type Request } from 'express';
import { adapterPromises, type StartApp } from '../test/adapter-promises.ts';
import { listening } from '../test/listening.ts';
import { tidegate } from './express.ts';
import { createTestClient } from './testing.ts';

const line = 'x'.repeat(10_000);

const start: StartApp = async (t, client, options, calls) => {
  const app = express();
  app.use(
    tidegate<Request>(client, {
      ...options,
      user: (req) => options.user((name) => req.get(name)),
      tokenId: (req) => options.tokenId((name) => req.get(name)),
    }),
  );
  const orders = express.Router();
  orders.get('/:id', (req, res) => {
    calls.push('order');
    res.json({ id: req.params.id });
  });
  orders.post('/', (_req, res) => void res.status(201).json({}));
  app.use('/v1/orders', orders);
  app.get('/v1/lines', (_req, res) => {
    for (let i = 0; i < 3; i++) res.write(line);
    res.end();
  });
  app.get('/v1/broken', async () => {
    throw new Error('broken');
  });
  app.get('/v1/slow', () => void calls.push('slow'));
  app.get('/v1/tail', (_req, res) => {
    calls.push('tail');
    res.write('begun');
  });
  app.get('/v1/passed-on', (_req, _res, next) => next());
  if (options.isBare) return listening(t, createServer(app.set('env', 'test')));
  app.use((_error: Error, _req: Request, res: express.Response, _next: express.NextFunction) => {
    res.status(500).end();
  });
  return listening(t, createServer(app));
};

adapterPromises('express', start, { address: true });

/** Each request's endpoint, as observed, for an app built by `build`. */
async function endpoints(
  t: Parameters<StartApp>[0],
  build: (app: Express, guard: () => express.RequestHandler) => void,
  ...paths: string[]
): Promise<string[]> {
  const client = createTestClient();
  const app = express();
  app.set('env', 'test');
  build(app, () => tidegate(client));
  const { request } = await listening(t, createServer(app));
  for (const path of paths) {
    const [url = '', method = 'GET'] = path.split(' ').reverse();
    await (await request(url, { method })).text();
  }
  return client.events.map(({ endpoint }) => endpoint);
}

const ok: express.RequestHandler = (_req, res) => void res.end('ok');

test('the template is found through nested and parameterised mounts', async (t) => {
  const seen = await endpoints(
    t,
    (app, guard) => {
      app.use(guard());
      const lines = express.Router({ mergeParams: true }).get('/:line', ok);
      const orders = express.Router().get('/', ok).use('/:id/lines', lines);
      app.use('/t/:tenant/orders', (_req, _res, next) => next(), orders);
    },
    '/t/acme/orders/7/lines/3',
    '/t/acme/orders',
    '/t/acme/orders/',
    '/t/a%20b/orders/7/lines/3?q=1',
  );
  const nested = '/t/{tenant}/orders/{id}/lines/{line}';
  assert.deepEqual(seen, [nested, '/t/{tenant}/orders', '/t/{tenant}/orders', nested]);
});

test('the first route that takes the method wins, as in Express', async (t) => {
  const seen = await endpoints(
    t,
    (app, guard) => {
      app.use(guard());
      app.get('/users/me', ok);
      app.post('/users/:id', ok);
      app.all('/users/:name', ok);
    },
    '/users/me',
    '/users/7',
    'HEAD /users/me',
    'POST /users/7',
  );
  assert.deepEqual(seen, ['/users/me', '/users/{name}', '/users/me', '/users/{id}']);
});

test('optional parts, wildcards and expressions have a bounded spelling', async (t) => {
  const seen = await endpoints(
    t,
    (app, guard) => {
      app.use(guard());
      app.get('/reports{/:year}', ok);
      app.get(['/a/:x', '/b/:y'], ok);
      app.get('/files/*path', ok);
      app.get(/^\/code-(\d+)$/, ok);
    },
    '/reports',
    '/reports/2026',
    '/b/7',
    '/files/a/b/c',
    '/code-12',
  );
  assert.deepEqual(seen, ['/reports', '/reports/{year}', '/b/{y}', '/files/{path}', '/~^\\/code-(\\d+)$']);
});

test('a path that cannot be decoded is answered by Express and observed without a route', async (t) => {
  assert.deepEqual(await endpoints(t, (app, guard) => app.use(guard()).get('/x/:id', ok), '/x/%E0%A4'), [
    '/*',
  ]);
});

test('the middleware may stand on a router, and twice in the way of one request', async (t) => {
  const seen = await endpoints(
    t,
    (app, guard) => {
      const router = express.Router().use(guard()).get('/:id', ok);
      app.use(guard()).use('/v1', router);
    },
    '/v1/7',
  );
  assert.deepEqual(seen, ['/v1/{id}']);
});

test('a sub-app with its own middleware is seen with its mount path', async (t) => {
  const seen = await endpoints(
    t,
    (app, guard) => {
      const admin = express();
      admin.use(guard()).get('/jobs/:job', ok);
      app.use(guard()).use('/t/:tenant', admin);
    },
    '/t/acme/jobs/7',
  );
  assert.deepEqual(seen, ['/t/{tenant}/jobs/{job}']);
});

test('a route that could not be foreseen is named afterwards', async (t) => {
  const seen = await endpoints(
    t,
    (app, guard) => {
      const hidden = express.Router().get('/jobs/:job', ok);
      app.use(guard()).use('/hidden', (req, res, next) => hidden(req, res, next));
    },
    '/hidden/jobs/7',
  );
  assert.deepEqual(seen, ['/hidden/jobs/{job}']);
});

test('a route that is known only afterwards, and fails, is observed and ends nothing', async (t) => {
  const seen = await endpoints(
    t,
    (app, guard) => {
      const inner = express().set('env', 'test');
      inner.get('/orders/:id', () => {
        throw new Error('broken');
      });
      inner.get('/lines/:id', (_req, _res, next) => next());
      app.use(guard());
      app.use('/inner', inner);
      app.get('/fine', ok);
    },
    '/inner/orders/7',
    '/inner/lines/7',
    '/fine',
  );
  assert.equal(seen.length, 3);
  assert.equal(seen.at(-1), '/fine');
});
