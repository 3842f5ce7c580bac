import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { principalFor } from '../../test/fixtures/authority.ts';
import { bodies, pathOf, queries } from '../../test/fixtures/route-calls.ts';
import { createApi } from '../http/app.ts';
import type { ApiEnv } from '../http/env.ts';
import type { Principal } from '../identity/principal.ts';
import { createLog } from '../observe/log.ts';
import { type AllModulesDeps, createAllModules } from '../routes/all-modules.ts';
import { eventActions } from '../stream/socket-guard.ts';
import { type Action, actions } from './actions.table.ts';
import type { Decided } from './authority.ts';
import { routeName, routes } from './routes.table.ts';

const clock = { now: () => 1_800_000_000_000 };
const log = createLog({ level: 'silent' });

/** What the handlers called of what they were given, `operators.list`. */
let called: string[] = [];

/** Stands for every dependency: whatever is read of it is there, and each call is noted. */
function anything(path: string): unknown {
  return new Proxy(() => {}, {
    get: (_target, key) =>
      typeof key === 'symbol' || key === 'then' ? undefined : anything(`${path}.${key}`),
    apply: () => {
      called.push(path);
      return undefined;
    },
  });
}

function allModules(): OpenAPIHono<ApiEnv>[] {
  const known: Record<string, unknown> = {
    publicUrl: new URL('http://localhost:3000'),
    clock,
    environment: 'test',
  };
  const deps: unknown = new Proxy(known, {
    get: (target, key) => (typeof key === 'string' ? (target[key] ?? anything(key)) : undefined),
    // Modules spread what they are given into objects of their own.
    ownKeys: () => depNames,
    getOwnPropertyDescriptor: (target, key) => ({
      ...{ enumerable: true, configurable: true },
      value: typeof key === 'string' ? (target[key] ?? anything(key)) : undefined,
    }),
  });
  // No honest set of dependencies is needed to see which routes there are and what they ask first.
  return createAllModules(deps as AllModulesDeps);
}

const depNames = [
  ...[
    'collector',
    'ingestKeys',
    'authority',
    'identity',
    'tokenService',
    'stream',
    'metrics',
    'store',
    'alerts',
  ],
  ...[
    'database',
    'exceptions',
    'settings',
    'detection',
    'liveView',
    'policies',
    'operators',
    'invites',
    'answering',
  ],
  ...['publicUrl', 'clock', 'environment', 'dataDir', 'keyLimits', 'bodyLimits', 'degraded', 'standing'],
];

let asked: string[] = [];
let answer: 'allow' | 'deny' = 'deny';

/** Answers everything alike, and notes what it was asked. */
const authority: Principal['authority'] = {
  decide(_principal, action) {
    asked.push(action);
    const request = {} as unknown as Decided['request'];
    return { outcome: answer, policies: [], policyVersion: 0, operation: action, request, atMs: 0 };
  },
  judge: (principal, action, resource) => {
    const { outcome } = authority.decide(principal, action, resource);
    const request = {} as unknown as Decided['request'];
    return { outcome, policies: [], policyVersion: 0, operation: action, request, atMs: 0 };
  },
  wasAsked: () => asked.length > 0,
  epoch: () => 0,
};

let api: OpenAPIHono<ApiEnv>;
before(() => {
  api = createApi({
    log,
    clientAddress: () => '127.0.0.1',
    requireOperator: async (c, next) => {
      c.set('principal', {
        ...principalFor(authority as Parameters<typeof principalFor>[0], clock),
        jkt: 'j',
      });
      await next();
    },
    modules: allModules(),
  });
});
after(() => {
  called = [];
});

const isRoute = ({ path, method }: { path: string; method: string }) =>
  method !== 'ALL' && !path.includes('*');
const served = () => [
  ...new Set(api.routes.filter(isRoute).map(({ method, path }) => routeName(method, path))),
];

test('AZ-01: the table of routes and the routes of the server are the same, so that neither grows alone', () => {
  assert.deepEqual(served().toSorted(), Object.keys(routes).toSorted());
});

/** Guard: `refuseUnruled` in server/http/app.ts. */
test('AZ-01: a route without a line in the table keeps the server from starting', () => {
  const [module] = allModules();
  assert.ok(module !== undefined);
  module.get('/api/forgotten', (c) => c.json({}));
  const make = () =>
    createApi({ log, clientAddress: () => '', requireOperator: (_c, next) => next(), modules: [module] });
  assert.throws(make, /GET \/api\/forgotten has no line/);
});

test('every action is asked by a route or a socket event', () => {
  const byRoutes = Object.values(routes).flatMap((rule) => ('asks' in rule ? rule.asks : []));
  const used = new Set<Action>([...byRoutes, ...Object.values(eventActions)]);
  const unused = Object.keys(actions).filter((action) => ![...used].some((each) => each === action));
  assert.deepEqual(unused, []);
});

const protectedRoutes = () =>
  Object.entries(routes).flatMap(([name, rule]) =>
    'asks' in rule && name.includes(' /api/') ? [{ name, asks: rule.asks }] : [],
  );

async function call(name: string): Promise<Response> {
  const [method = '', template = ''] = name.split(' ');
  const path = pathOf(template);
  const query = queries[name] ?? '';
  const body = bodies[name];
  const headers = { 'content-type': 'application/json', origin: 'http://localhost:3000' };
  const plain = { method, headers: { origin: headers.origin } };
  const init = body === undefined ? plain : { method, headers, body: JSON.stringify(body) };
  return api.request(`${path}${query}`, init);
}

/** Whether these exist is told only to who may see them. */
const hidden = new Set(['GET /api/sessions/{id}', 'DELETE /api/sessions/{id}']);

/** Before asking: who or what it is about, where the answer depends on it, and the count of attempts. */
const lookUps = [
  'operators.find',
  'identity.sessionAdministration.find',
  'identity.rateLimits.admit',
  'identity.rateLimits.countFailure',
];

/** Guard: the first line of each handler: removed from one, or asking something else, this names the route. */
test('AZ-01: every protected route asks for what the table says, does nothing before it, and is refused without', async () => {
  answer = 'deny';
  const wrong: string[] = [];
  for (const { name, asks } of protectedRoutes()) {
    asked = [];
    called = [];
    const response = await call(name);
    const asksRightly = asked.length > 0 && asked.every((action) => asks.some((each) => each === action));
    const did = called.filter((path) => !lookUps.includes(path));
    const refused = hidden.has(name) ? 404 : 403;
    if (response.status !== refused || !asksRightly || did.length > 0) {
      wrong.push(`${name}: ${response.status}, asked ${asked}, did ${did} ${await response.text()}`);
    }
  }
  assert.deepEqual(wrong, []);
});

/** Guard: `isAmbiguous` in server/http/json-body.ts, before whatever takes a body. */
test('CF-04: a key that is there twice is refused on every route that takes JSON', async () => {
  answer = 'allow';
  const wrong: string[] = [];
  const names = await withJsonBody();
  assert.ok(names.length > 40, String(names.length));
  for (const name of names) {
    const [method = '', template = ''] = name.split(' ');
    const sound = JSON.stringify(bodies[name] ?? {}).slice(1);
    const body = `{"twice":1,"tw\\u0069ce":2${sound === '}' ? '' : ','}${sound}`;
    const headers = { 'content-type': 'application/json', origin: 'http://localhost:3000' };
    called = [];
    const response = await api.request(pathOf(template), { method, headers, body });
    const text = await response.text();
    const did = called.filter((path) => !beforeBody.includes(path));
    if (response.status !== 400 || !/twice/.test(text) || did.length > 0)
      wrong.push(`${name}: ${response.status}, did ${did} ${text}`);
  }
  assert.deepEqual(wrong, []);
});

/** What the sign-in routes look at before the body: how often, and the proof. */
const beforeBody = ['identity.rateLimits.admit', 'identity.rateLimits.countFailure', 'identity.proveKey'];

async function withJsonBody(): Promise<string[]> {
  const described: { paths: Record<string, Record<string, { requestBody?: { content: object } }>> } = await (
    await api.request('/openapi.json')
  ).json();
  const names = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) =>
      Object.hasOwn(requestBody?.content ?? {}, 'application/json')
        ? [`${method.toUpperCase()} ${path}`]
        : [],
    ),
  );
  // Exempt, as json-body.ts says.
  return names.filter((name) => name !== 'POST /v1/events');
}

/** Guard: `app.openapi` in each module; a route that is served and not described is named. */
test('CF-02: what is described is the whole table of routes, but for the description and preflights', async () => {
  const { paths }: { paths: Record<string, object> } = await (await api.request('/openapi.json')).json();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const undescribed = /^OPTIONS |^GET \/openapi\.json$/;
  const expected = Object.keys(routes).filter((name) => !undescribed.test(name));
  assert.deepEqual(described.toSorted(), expected.toSorted());
});
