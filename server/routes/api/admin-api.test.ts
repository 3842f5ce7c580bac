import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { EngineCommand } from '../../../lib/engine/engine.ts';
import { createTestAuthority, knowOperator, principalFor } from '../../../test/fixtures/authority.ts';
import {
  createStandInCollector,
  knownEndpoint,
  knownUser,
  madeFinding,
  madeThrottle,
} from '../../../test/fixtures/stand-in-collector.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';
import { type ApiDeps, createApi } from '../../http/app.ts';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import { createLog } from '../../observe/log.ts';
import { type Alerts, createAlerts } from '../../storage/alerts.ts';
import { verifyAudit } from '../../storage/audit.ts';
import { createExceptions } from '../../storage/exceptions.ts';
import { createIngestKeys, type IngestKeys } from '../../storage/ingest-keys.ts';
import { auditEntries } from '../../storage/schema.ts';
import { createSettings } from '../../storage/settings.ts';
import { createLiveView } from '../../stream/live-view.ts';
import { createAdminModules } from './admin-modules.ts';
import { createDetectionOrders } from './detection-orders.ts';

const clock = { at: 1_800_000_000_000, now: () => clock.at };
const collector = createStandInCollector();
const { authority, standing } = createTestAuthority({ clock });
knowOperator(standing, 'opr_1', 'owner');
const initial = {
  mode: 'enforce' as const,
  modeByEndpoint: {},
  baseLimit: 100,
  sensitivity: 1.5,
  falseAlarmBudget: 2,
};
const environmentKey = 'e'.repeat(40);
const log = createLog({ level: 'silent' });
const records: { close(): Promise<void> }[] = [];
let database: TestDatabase;
let api: OpenAPIHono<ApiEnv>;
let alerts: Alerts;
let ingestKeys: IngestKeys;

/** Who calls is what the test says; that strangers are refused is proved in the tests of identity. */
const requireOperator: ApiDeps['requireOperator'] = async (c, next) => {
  const operatorId = c.req.header('x-operator');
  if (operatorId === undefined) throw new AppError('unauthenticated');
  c.set('principal', principalFor(authority, clock, { operatorId }));
  await next();
};

async function install() {
  const database = await openTestDatabase();
  records.push(database);
  const base = { database, clock };
  const parts = {
    ...base,
    collector,
    alerts: createAlerts(base),
    ingestKeys: await createIngestKeys({ ...base, environmentKey }),
    exceptions: createExceptions(base),
    settings: createSettings({ ...base, initial }),
  };
  const detection = await createDetectionOrders({ ...parts, after: () => () => {}, log });
  const liveView = createLiveView({ ...parts, detection, degraded: () => [] });
  const modules = createAdminModules({ ...parts, detection, liveView });
  return { ...parts, api: createApi({ log, clientAddress: () => '127.0.0.1', requireOperator, modules }) };
}

before(async () => {
  ({ database, alerts, ingestKeys, api } = await install());
});
beforeEach(() => {
  collector.commands = [];
  collector.refuseCommands = false;
  collector.standingThrottles = [];
});
after(async () => {
  for (const each of records) await each.close();
});

interface Call {
  operator?: string | null;
  body?: unknown;
  type?: string;
}

async function call(method: string, path: string, { operator = 'opr_1', body, type }: Call = {}) {
  const headers = new Headers();
  if (operator !== null) headers.set('x-operator', operator);
  if (body !== undefined) headers.set('content-type', type ?? 'application/json');
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const response = await api.request(path, { method, headers, body: text });
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const answer = await response.text();
  return { status: response.status, json: answer === '' ? undefined : JSON.parse(answer) };
}

const auditCount = async () => (await database.db.select().from(auditEntries)).length;
const encoded = encodeURIComponent(knownUser);
const inADay = clock.at + 24 * 60 * 60 * 1000;
const draft = { scope: { user: 'u-1' }, reason: 'load test', expiresAt: inADay };

const everyRoute: [string, string, unknown?][] = [
  ['GET', '/api/live'],
  ['GET', '/api/alerts'],
  ['GET', '/api/alerts/alr_x'],
  ['POST', '/api/alerts/alr_x/acknowledge'],
  ['POST', '/api/alerts/alr_x/resolve'],
  ['POST', '/api/alerts/alr_x/reopen'],
  ['POST', '/api/alerts/alr_x/mute', { untilMs: inADay }],
  ['POST', '/api/alerts/bulk', { action: 'resolve', ids: ['alr_x'] }],
  ['GET', '/api/users'],
  ['GET', `/api/users/${encoded}`],
  ['GET', `/api/users/${encoded}/series`],
  ['GET', '/api/endpoints'],
  ['GET', `/api/endpoints/detail?endpoint=${encodeURIComponent(knownEndpoint)}`],
  ['GET', `/api/endpoints/series?endpoint=${encodeURIComponent(knownEndpoint)}`],
  ['GET', '/api/throttles'],
  ['DELETE', '/api/throttles/thr_x'],
  ['GET', '/api/exceptions'],
  ['POST', '/api/exceptions', draft],
  ['DELETE', '/api/exceptions/exc_x'],
  ['GET', '/api/ingest-keys'],
  ['POST', '/api/ingest-keys', { name: 'orders' }],
  ['DELETE', '/api/ingest-keys/key_x'],
  ['GET', '/api/settings'],
  ['PUT', '/api/settings', initial],
];

test('AZ-01: no route answers a stranger or a principal without the right, and none changes anything for them', async () => {
  const before = await auditCount();
  for (const [method, path, body] of everyRoute) {
    assert.equal((await call(method, path, { operator: null, body })).status, 401, `${method} ${path}`);
    assert.equal((await call(method, path, { operator: 'key_1', body })).status, 403, `${method} ${path}`);
  }
  assert.equal(await auditCount(), before);
  assert.deepEqual(collector.commands, []);
});

test('CF-02: the table of routes is the whole admin API', async () => {
  const { json } = await call('GET', '/openapi.json');
  const described = Object.entries<object>(json.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const tested = everyRoute.map(([method, path]) => {
    const plain = path.replace(/\?.*/, '').replace(encoded, '{user}');
    return `${method} ${plain.replace(/(alr|thr|exc|key)_x/, '{id}')}`;
  });
  assert.deepEqual(described.toSorted(), tested.toSorted());
});

test('CF-04: unknown query parameters, repeated ones and unknown fields are refused on every route', async () => {
  for (const [method, path, body] of everyRoute) {
    const joint = path.includes('?') ? '&' : '?';
    assert.equal((await call(method, `${path}${joint}x=1`, { body })).status, 400, `${method} ${path}`);
    if (body === undefined) continue;
    assert.equal(
      (await call(method, path, { body: { ...Object(body), x: 1 } })).status,
      400,
      `${method} ${path}`,
    );
    const poisoned = `{"__proto__":{"x":1},${JSON.stringify(body).slice(1)}`;
    assert.equal((await call(method, path, { body: poisoned })).status, 400, `${method} ${path}`);
    assert.equal((await call(method, path, { body: '{' })).status, 400, `${method} ${path}`);
    assert.equal((await call(method, path, { body, type: 'text/plain' })).status, 415, `${method} ${path}`);
    assert.equal((await call(method, path, { body: 'x'.repeat(300_000) })).status, 413, `${method} ${path}`);
  }
  assert.equal((await call('GET', '/api/alerts?limit=1&limit=2')).status, 400);
});

test('SE-03: a GET changes nothing', async () => {
  const before = await auditCount();
  for (const [method, path] of everyRoute) if (method === 'GET') await call(method, path);
  assert.equal(await auditCount(), before);
  assert.deepEqual(collector.commands, []);
});

test('ids that nothing has are not found', async () => {
  for (const [method, path, body] of everyRoute) {
    if (!path.includes('_x')) continue;
    assert.equal((await call(method, path, { body })).status, 404, `${method} ${path}`);
  }
  assert.equal((await call('GET', '/api/users/nobody')).status, 404);
  assert.equal((await call('GET', '/api/endpoints/detail?endpoint=GET%20%2Fnone')).status, 404);
  assert.equal((await call('GET', '/api/nothing')).status, 404);
  assert.equal((await call('DELETE', '/api/alerts/alr_x')).status, 405);
});

test('live answers the snapshot, with the mode of the settings', async () => {
  const { status, json } = await call('GET', '/api/live');
  assert.equal(status, 200);
  assert.equal(json.mode, 'enforce');
  assert.equal(json.traffic.bucketMs, 1_000);
  assert.equal(json.totals.eventsTotal, 10);
});

test('alerts are listed by filter and page, and one is shown with its chart and throttles', async () => {
  const made = [madeFinding({ scope: { ip: '10.1.1.1' } }), madeFinding({ scope: { ip: '10.1.1.1' } })];
  await alerts.recordFindings(made);
  const first = await call('GET', '/api/alerts?ip=10.1.1.1&limit=1&status=open');
  assert.equal(first.json.total, 2);
  const second = await call('GET', `/api/alerts?ip=10.1.1.1&limit=1&cursor=${first.json.nextCursor}`);
  assert.notEqual(first.json.items[0].id, second.json.items[0].id);
  assert.equal(second.json.nextCursor, undefined);
  collector.standingThrottles = [
    madeThrottle({ alertId: made[0]?.id ?? '' }),
    madeThrottle({ id: 'thr_2', alertId: 'alr_none' }),
  ];
  const detail = await call('GET', `/api/alerts/${made[0]?.id}`);
  assert.equal(detail.json.alert.id, made[0]?.id);
  assert.equal(detail.json.throttles.length, 1);
  assert.equal(detail.json.timeline[0].what, 'opened');
  assert.equal(detail.json.series.points.length, 1);
  for (const bad of [
    'limit=0',
    'limit=201',
    'limit=1e9',
    'status=closed',
    'cursor=x',
    'user=',
    'kind[]=pulse',
  ]) {
    assert.equal((await call('GET', `/api/alerts?${bad}`)).status, 400, bad);
  }
});

test('an operator answers alerts one by one or many at once, and each answer is audited', async () => {
  const [one, two] = [madeFinding(), madeFinding()];
  await alerts.recordFindings([one, two]);
  const before = await auditCount();
  for (const [action, status] of [
    ['acknowledge', 'acknowledged'],
    ['resolve', 'resolved'],
    ['reopen', 'open'],
  ]) {
    const { json } = await call('POST', `/api/alerts/${one.id}/${action}`);
    assert.equal(json.status, status);
    assert.equal(json.statusChangedBy, 'Ada');
  }
  const muted = await call('POST', `/api/alerts/${one.id}/mute`, { body: { untilMs: inADay } });
  assert.equal(muted.json.mutedUntil, inADay);
  for (const untilMs of [clock.at, clock.at + 31 * 24 * 60 * 60 * 1000, 1, 'soon', null]) {
    assert.equal((await call('POST', `/api/alerts/${one.id}/mute`, { body: { untilMs } })).status, 400);
  }
  const ids = [one.id, two.id, two.id, 'alr_none'];
  const bulk = await call('POST', '/api/alerts/bulk', { body: { action: 'resolve', ids } });
  assert.deepEqual(
    bulk.json.items.map((alert: { status: string }) => alert.status),
    ['resolved', 'resolved'],
  );
  const tooMany = Array.from({ length: 201 }, (_, index) => `alr_${index}`);
  assert.equal(
    (await call('POST', '/api/alerts/bulk', { body: { action: 'resolve', ids: tooMany } })).status,
    400,
  );
  assert.equal(await auditCount(), before + 6);
  assert.equal((await verifyAudit(database.db)).brokenAtSeq, undefined);
});

test('a user is found by its name whatever characters it has', async () => {
  const { status, json } = await call('GET', `/api/users/${encoded}`);
  assert.equal(status, 200);
  assert.equal(json.summary.user, knownUser);
  assert.equal(json.summary.openAlerts, 0);
  assert.equal((await call('GET', '/api/users?text=a&sort=rate&limit=10')).json.items[0].user, knownUser);
  assert.equal((await call('GET', '/api/users?sort=color')).status, 400);
});

test('a slash in a name survives a real HTTP server', async () => {
  const server = createServer(getRequestListener(api.fetch, { overrideGlobalObjects: false })).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}/api/users/${encoded}`;
  const response = await fetch(url, { headers: { 'x-operator': 'opr_1', connection: 'close' } });
  assert.equal(response.status, 200);
  assert.equal(JSON.parse(await response.text()).summary.user, knownUser);
  server.close();
});

test('while the database is down changes say so, and live goes on with a word about it', async () => {
  const broken = await install();
  await broken.database.close();
  const headers = { 'x-operator': 'opr_1', 'content-type': 'application/json' };
  for (const [method, path, body] of everyRoute) {
    const response = await broken.api.request(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    assert.ok([200, 404, 503].includes(response.status), `${method} ${path} ${response.status}`);
    if (body !== undefined) assert.equal(response.status, 503, `${method} ${path}`);
  }
  const live = await broken.api.request('/api/live', { headers });
  assert.equal(live.status, 200);
  assert.equal(JSON.parse(await live.text()).degraded.length, 1);
});

test('RC-02: a chart has a bounded range', async () => {
  const base = `/api/users/${encoded}/series`;
  assert.equal(
    (await call('GET', base)).json.points[0].at,
    clock.at - 60 * 60 * 1000,
    'the last hour by default',
  );
  const week = 7 * 24 * 60 * 60 * 1000;
  assert.equal((await call('GET', `${base}?fromMs=${clock.at - week}&toMs=${clock.at}`)).status, 200);
  assert.equal((await call('GET', `${base}?fromMs=${clock.at - week - 1}&toMs=${clock.at}`)).status, 400);
  assert.equal((await call('GET', `${base}?fromMs=${clock.at}&toMs=${clock.at}`)).status, 400);
  assert.equal((await call('GET', `${base}?fromMs=-1`)).status, 400);
});

test('an endpoint shows the mode that holds for it', async () => {
  const body = { ...initial, modeByEndpoint: { [knownEndpoint]: 'shadow' } };
  assert.equal((await call('PUT', '/api/settings', { body })).status, 200);
  assert.deepEqual(collector.commands.at(-1), { type: 'settings', settings: body });
  assert.equal((await call('GET', '/api/endpoints')).json.items[0].mode, 'shadow');
  const detail = await call('GET', `/api/endpoints/detail?endpoint=${encodeURIComponent(knownEndpoint)}`);
  assert.equal(detail.json.summary.mode, 'shadow');
  assert.deepEqual((await call('GET', '/api/settings')).json, body);
  for (const bad of [
    { baseLimit: 0 },
    { sensitivity: 0.5 },
    { falseAlarmBudget: 51 },
    { mode: 'off' },
    { modeByEndpoint: { constructor: 'shadow' } },
  ]) {
    assert.equal((await call('PUT', '/api/settings', { body: { ...initial, ...bad } })).status, 400);
  }
});

test('lifting a throttle is an order to the engine; one that fails leaves no audit entry', async () => {
  collector.standingThrottles = [madeThrottle({ id: 'thr_9' })];
  const before = await auditCount();
  collector.refuseCommands = true;
  assert.equal((await call('DELETE', '/api/throttles/thr_9')).status, 500);
  assert.equal(await auditCount(), before);
  collector.refuseCommands = false;
  assert.equal((await call('GET', '/api/throttles')).json.total, 1);
  assert.equal((await call('DELETE', '/api/throttles/thr_9')).status, 204);
  assert.deepEqual(collector.commands, [{ type: 'lift', throttleId: 'thr_9' }]);
  assert.equal(await auditCount(), before + 1);
  assert.equal((await call('DELETE', '/api/throttles/thr_9')).status, 404);
});

test('an exception reaches the engine when it is made and when it is ended', async () => {
  const made = await call('POST', '/api/exceptions', { body: draft });
  assert.equal(made.status, 201);
  assert.deepEqual(collector.commands, [{ type: 'exceptions', exceptions: [made.json] }]);
  assert.equal((await call('GET', '/api/exceptions')).json.items[0].createdBy, 'Ada');
  assert.equal((await call('DELETE', `/api/exceptions/${made.json.id}`)).status, 204);
  assert.deepEqual(collector.commands.at(-1), { type: 'exceptions', exceptions: [] });
  for (const bad of [
    { scope: {} },
    { expiresAt: clock.at },
    { expiresAt: clock.at + 91 * 86_400_000 },
    { reason: ' ' },
  ]) {
    assert.equal((await call('POST', '/api/exceptions', { body: { ...draft, ...bad } })).status, 400);
  }
});

test('IK-02, IK-03: a secret is seen once, is stored as a hash only, and ends with its revocation', async () => {
  const made = await call('POST', '/api/ingest-keys', { body: { name: 'orders' } });
  assert.equal(made.status, 201);
  const { secret, key } = made.json;
  assert.match(secret, /^tgk_[A-Za-z0-9_-]{43}$/);
  assert.equal(ingestKeys.verify(secret)?.keyId, key.id);
  const again = await createIngestKeys({ database, clock, environmentKey: undefined });
  assert.equal(again.verify(secret)?.keyId, key.id, 'after a restart too');
  const stored = await database.db.query.ingestKeys.findMany();
  assert.ok(!JSON.stringify([stored, await database.db.select().from(auditEntries)]).includes(secret));
  assert.equal(ingestKeys.verify(stored[0]?.secretSha256 ?? ''), undefined, 'the hash is no key');
  const listed = await call('GET', '/api/ingest-keys');
  assert.equal(listed.json.items[0].fromEnvironment, true);
  assert.equal(listed.json.items[1].lastUsedAt, clock.at);
  assert.ok(!JSON.stringify(listed.json).includes(secret));
  for (let time = 0; time < 2; time++) {
    assert.equal((await call('DELETE', `/api/ingest-keys/${key.id}`)).status, 204);
  }
  assert.equal(ingestKeys.verify(secret), undefined);
  assert.equal(ingestKeys.verify(environmentKey)?.keyId, 'key_environment');
  assert.equal((await call('DELETE', '/api/ingest-keys/key_environment')).status, 409);
});

/** Guard: `key.expiresAt <= clock.now()` in server/storage/ingest-keys.ts. */
test('IK-03: a key with a life ends with it, in a new process too; two of one name live side by side', async () => {
  const make = async (body: object) => (await call('POST', '/api/ingest-keys', { body })).json;
  const [short, long] = [
    await make({ name: 'billing', lifetimeDays: 1 }),
    await make({ name: 'billing', lifetimeDays: 90 }),
  ];
  assert.equal(short.key.expiresAt, clock.at + 86_400_000);
  const ended: string[] = [];
  const stop = ingestKeys.onRevoked((id) => ended.push(id));
  for (const { secret, key } of [short, long]) assert.equal(ingestKeys.verify(secret)?.keyId, key.id);
  const startAt = clock.at;
  clock.at += 86_400_000;
  assert.equal(ingestKeys.verify(short.secret), undefined);
  assert.equal(ingestKeys.verify(long.secret)?.keyId, long.key.id);
  await ingestKeys.endExpired();
  await ingestKeys.endExpired();
  stop();
  assert.deepEqual(ended, [short.key.id], 'its streams are cut, once');
  const again = await createIngestKeys({ database, clock, environmentKey: undefined });
  assert.equal(again.verify(short.secret), undefined);
  assert.equal(again.verify(long.secret)?.keyId, long.key.id);
  clock.at = startAt;
  for (const lifetimeDays of [0, -1, 0.5, 3_651, '1'])
    assert.equal((await call('POST', '/api/ingest-keys', { body: { name: 'x', lifetimeDays } })).status, 400);
});

test('at a start the engine is told what is stored', async () => {
  const told = createStandInCollector();
  const settings = createSettings({ database, clock, initial });
  const exceptions = createExceptions({ database, clock });
  await createDetectionOrders({ collector: told, settings, exceptions, after: () => () => {}, log });
  assert.deepEqual(
    told.commands.map(({ type }) => type),
    ['settings', 'exceptions'],
  );
});

test('a start waits neither for an engine that is still reading its log nor for a full disk', async () => {
  const parts = { settings: createSettings({ database, clock, initial }), log };
  const exceptions = createExceptions({ database, clock });
  const orders: EngineCommand[] = [];
  const reading = async (order: EngineCommand, until?: string) => {
    orders.push(order);
    if (until !== 'logged') await new Promise(() => {});
  };
  await createDetectionOrders({
    ...parts,
    exceptions,
    collector: { command: reading },
    after: () => () => {},
  });
  assert.equal(orders.length, 2);

  const retries: (() => void)[] = [];
  const after = (_delayMs: number, work: () => void) => {
    retries.push(work);
    return () => {};
  };
  const full = () => Promise.reject(new AppError('storage_full'));
  const detection = await createDetectionOrders({
    ...parts,
    exceptions,
    collector: { command: full },
    after,
  });
  assert.equal(detection.current().baseLimit, initial.baseLimit);
  assert.equal(retries.length, 2, 'both orders are sent again');
});
