/**
 * What every adapter promises, told once and asked of each framework: the same routes, the same requests, the same
 * events. The frameworks are real; the client is the one that customers test with.
 */

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { CapturedEvent } from '../src/index.ts';
import type { ObserveOptions } from '../src/observe.ts';
import { createTestClient, type TestClient } from '../src/testing.ts';
import { until } from './fault-server.ts';

/** Routes that each app under test has: /v1/orders/:id, /v1/orders (POST), /v1/lines, /v1/broken, /v1/passed-on (answers nothing, 404), /v1/slow, /v1/tail. */
export interface AppUnderTest {
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Set where a real socket can be cut. */
  port?: number;
}

/** What the customer's functions read, whatever the framework calls it. */
export type HeaderOptions = Pick<ObserveOptions<unknown>, 'trustProxy' | 'failMode'> & {
  user: (header: (name: string) => string | undefined) => string | undefined;
  tokenId: (header: (name: string) => string | undefined) => string | undefined;
  /** An app without an error handler of its own. */
  isBare?: boolean;
};

export type StartApp = (
  t: TestContext,
  client: TestClient,
  options: HeaderOptions,
  calls: string[],
) => Promise<AppUnderTest>;

const options: HeaderOptions = { user: (header) => header('x-user'), tokenId: (header) => header('x-token') };
const ann = { headers: { 'x-user': 'ann', 'user-agent': 'check/1' } };
const bob = { headers: { 'x-user': 'bob' } };

type Setup = (
  t: TestContext,
  own?: Partial<HeaderOptions>,
) => Promise<{
  client: TestClient;
  calls: string[];
  app: AppUnderTest;
  /** Waits for this many events, and that no more come. @returns the last */
  only: (count?: number) => Promise<CapturedEvent>;
}>;

/** @param shows.address false where the framework hides the connection and no proxy is trusted */
export function adapterPromises(name: string, start: StartApp, shows: { address: boolean }): void {
  const setup: Setup = async (t, own = {}) => {
    const client = createTestClient();
    const calls: string[] = [];
    const app = await start(t, client, { ...options, ...own }, calls);
    const only = async (count = 1): Promise<CapturedEvent> => {
      await until('the event', () => client.events.length >= count);
      // One more turn of the loop: a second report of the same response would come now.
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(client.events.length, count);
      const last = client.events.at(-1);
      assert.ok(last);
      return last;
    };
    return { client, calls, app, only };
  };
  describe(name, () => {
    promisesOnEvents(setup, shows);
    promisesOnRefusals(setup);
    promisesOnTrouble(setup);
    if (shows.address) promisesOnCuts(setup);
  });
}

function promisesOnEvents(setup: Setup, shows: { address: boolean }): void {
  test('a request becomes one event under the template of its route', async (t) => {
    const { app, only, calls } = await setup(t);
    const response = await app.request('/v1/orders/42?expand=lines', ann);
    assert.equal(response.status, 200);
    const body = await response.text();
    const event = await only();
    assert.deepEqual(calls, ['order']);
    assert.equal(event.user, 'ann');
    assert.equal(event.method, 'GET');
    assert.equal(event.endpoint, '/v1/orders/{id}');
    assert.equal(event.status, 200);
    assert.equal(event.objectId, '42');
    assert.equal(event.ua, 'check/1');
    assert.equal(event.path, undefined);
    assert.equal(event.refused, undefined);
    assert.equal(event.ip, shows.address ? '127.0.0.1' : undefined);
    assert.ok(event.latencyMs !== undefined && event.latencyMs >= 0 && event.latencyMs < 10_000);
    if (shows.address) assert.equal(event.bytes, Buffer.byteLength(body));
  });

  test('another method of the same path is another endpoint', async (t) => {
    const { app, only } = await setup(t);
    await (await app.request('/v1/orders', { method: 'POST', ...ann })).text();
    const event = await only();
    assert.deepEqual([event.method, event.endpoint, event.status], ['POST', '/v1/orders', 201]);
  });

  test('a request without a route is one endpoint, and keeps its raw path', async (t) => {
    const { app, only } = await setup(t);
    assert.equal((await app.request('/wp-login.php?x=1', ann)).status, 404);
    const event = await only();
    assert.deepEqual([event.endpoint, event.path, event.status], ['/*', '/wp-login.php', 404]);
  });
}

function promisesOnRefusals(setup: Setup): void {
  test('a throttled user is answered 429 before the handler, and nobody else is', async (t) => {
    const { client, app, only, calls } = await setup(t);
    client.throttle({ user: 'ann', endpoint: 'GET /v1/orders/{id}' }, { limitPerMinute: 60 });
    const refused = await app.request('/v1/orders/42', ann);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('content-type'), 'application/problem+json');
    assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
    assert.match(refused.headers.get('ratelimit') ?? '', /^"tidegate";r=0;t=\d+$/);
    assert.equal(refused.headers.get('ratelimit-policy'), '"tidegate";q=60;w=60');
    assert.match(await refused.text(), /abnormal-usage-detected/);
    assert.deepEqual(calls, []);
    const event = await only();
    assert.deepEqual([event.status, event.refused, event.endpoint], [429, true, '/v1/orders/{id}']);
    assert.equal((await app.request('/v1/orders/42', bob)).status, 200);
    assert.equal((await app.request('/v1/orders', { method: 'POST', ...ann })).status, 201);
  });

  test('step_up is a challenge, or 403 without a token; deny is 403', async (t) => {
    const { client, app } = await setup(t);
    client.throttle({ user: 'ann' }, { conclusion: 'step_up' });
    client.throttle({ tokenId: 'stolen' }, { conclusion: 'deny' });
    const headers = { 'x-user': 'ann', authorization: 'Bearer t' };
    const challenged = await app.request('/v1/orders/1', { headers });
    assert.equal(challenged.status, 401);
    assert.match(challenged.headers.get('www-authenticate') ?? '', /insufficient_user_authentication/);
    assert.equal((await app.request('/v1/orders/1', ann)).status, 403);
    const denied = await app.request('/v1/orders/1', { headers: { 'x-user': 'bob', 'x-token': 'stolen' } });
    assert.equal(denied.status, 403);
  });
}

function promisesOnTrouble(setup: Setup): void {
  test('a streamed response is observed once', async (t) => {
    const { app, only } = await setup(t);
    const response = await app.request('/v1/lines', ann);
    assert.equal((await response.text()).length, 30_000);
    const event = await only();
    assert.deepEqual([event.endpoint, event.status], ['/v1/lines', 200]);
    if (event.bytes !== undefined) assert.ok(event.bytes >= 30_000 && event.bytes < 32_000);
  });

  test('a handler that throws is a 500, observed once', async (t) => {
    const { app, only } = await setup(t);
    await app.request('/v1/broken', ann).then(
      (response) => response.text(),
      () => 'thrown to the framework',
    );
    const event = await only();
    assert.deepEqual([event.endpoint, event.status], ['/v1/broken', 500]);
  });

  test('a handler that passes on, or throws where nobody catches, is observed and ends nothing', async (t) => {
    const { app, only } = await setup(t, { isBare: true });
    const text = (path: string) =>
      app.request(path, ann).then(
        (response) => response.text(),
        () => 'thrown to the framework',
      );
    await text('/v1/broken');
    assert.equal((await only()).status, 500);
    await text('/v1/passed-on');
    assert.equal((await only(2)).status, 404);
    assert.equal((await app.request('/v1/orders/42', ann)).status, 200);
  });

  test('while Tidegate is away requests pass, but for routes that fail closed', async (t) => {
    const failMode = (endpoint: string) => (endpoint === 'POST /v1/orders' ? 'closed' : 'open');
    const { client, app } = await setup(t, { failMode });
    client.setReachable(false);
    assert.equal((await app.request('/v1/orders/1', ann)).status, 200);
    assert.equal((await app.request('/v1/orders', { method: 'POST', ...ann })).status, 403);
  });

  test('a customer function that throws or gives nothing leaves the caller known by address', async (t) => {
    const user = (header: (name: string) => string | undefined) => {
      if (header('x-user') === 'ann') throw new Error('no session');
      return undefined;
    };
    const { app, only } = await setup(t, { user, trustProxy: 1 });
    const forwarded = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' };
    await (await app.request('/v1/orders/1', { headers: { ...ann.headers, ...forwarded } })).text();
    assert.equal((await only()).user, 'ip:203.0.113.7');
    await (await app.request('/v1/orders/1', { headers: { ...bob.headers, ...forwarded } })).text();
    assert.equal((await only(2)).user, 'ip:203.0.113.7');
  });
}

function promisesOnCuts(setup: Setup): void {
  test('a caller who leaves before the answer is observed once, as having left', async (t) => {
    const { app, only, calls } = await setup(t);
    await cutAfter(app.port, '/v1/slow', () => calls.includes('slow'));
    const event = await only();
    assert.deepEqual([event.endpoint, event.status], ['/v1/slow', 499]);
  });

  test('a caller who leaves in the middle of the answer is observed once, with its status', async (t) => {
    const { app, only, calls } = await setup(t);
    await cutAfter(app.port, '/v1/tail', () => calls.includes('tail'));
    const event = await only();
    assert.deepEqual([event.endpoint, event.status], ['/v1/tail', 200]);
  });
}

/** Sends a request, and cuts the connection once the handler runs and, where it answers, the answer began. */
async function cutAfter(port: number | undefined, path: string, isReached: () => boolean): Promise<void> {
  assert.ok(port);
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nx-user: ann\r\n\r\n`);
  await until('the handler', () => isReached() && (path !== '/v1/tail' || received.includes('begun')));
  socket.destroy();
}
