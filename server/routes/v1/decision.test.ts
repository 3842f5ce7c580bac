import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type CollectorApi, openCollectorApi, testIngestKey } from '../../../test/fixtures/collector-api.ts';

let folder = '';
let it: CollectorApi;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidegate-decision-'));
  it = await openCollectorApi({ folder });
});
after(async () => {
  await it.close();
  await rm(folder, { recursive: true, force: true });
});

const headers = { authorization: `Bearer ${testIngestKey}` };
const get = (path: string) => it.api.request(path, { headers });

test('200: a user nobody knows is allowed, and has an empty baseline', async () => {
  const decision = await get('/v1/decision?user=u&endpoint=GET%20/a&ip=10.0.0.1&tokenId=t');
  assert.deepEqual(await decision.json(), { conclusion: 'allow', reason: 'normal' });
  assert.equal(decision.headers.get('cache-control'), 'no-store');
  const baseline = Object(await (await get('/v1/baseline?user=u&endpoint=GET%20/a')).json());
  assert.deepEqual([baseline.requestsTotal, baseline.sampleCount, baseline.confidence], [0, 0, 0]);
});

test('400: missing, repeated and overlong parameters are named, and their values never repeated', async () => {
  for (const query of [
    '',
    '?user=u',
    '?endpoint=GET%20/a',
    '?user=&endpoint=x',
    '?user=a&user=b&endpoint=x',
    `?user=${'SECRET'.repeat(99)}&endpoint=x`,
  ]) {
    for (const path of ['/v1/decision', '/v1/baseline']) {
      const response = await get(path + query);
      assert.equal(response.status, 400, path + query);
      assert.ok(!(await response.text()).includes('SECRET'));
    }
  }
});

test('401: without a key nothing is said, not even what is missing', async () => {
  for (const path of ['/v1/decision', '/v1/baseline?user=u&endpoint=x']) {
    const response = await it.api.request(path);
    assert.equal(response.status, 401);
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/);
  }
});

test('health is public, metrics are not', async () => {
  assert.equal((await it.api.request('/healthz')).status, 200);
  assert.deepEqual(await (await it.api.request('/readyz')).json(), { status: 'ready', degraded: [] });
  assert.equal((await it.api.request('/metrics')).status, 401);
  assert.match(await (await get('/metrics')).text(), /tidegate_events_accepted_total/);
});
