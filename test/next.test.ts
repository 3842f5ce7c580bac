/** The adapter for Next in a real Next server: App Router, a process of its own, a real Tidegate. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTidegate } from '../sdk/test/tidegate.ts';
import { testIngestKey } from './fixtures/collector-api.ts';

const app = fileURLToPath(new URL('next-app', import.meta.url));
const next = fileURLToPath(new URL('../node_modules/next/dist/bin/next', import.meta.url));

/** @returns its address, once it has answered a first request */
async function startNext(t: TestContext, tidegateUrl: string): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const bound = probe.address();
  probe.close();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  const child = spawn(process.execPath, [next, 'dev', app, '--port', String(port)], {
    env: {
      ...process.env,
      NODE_ENV: 'development',
      NEXT_TELEMETRY_DISABLED: '1',
      TIDEGATE_URL: tidegateUrl,
      TIDEGATE_KEY: testIngestKey,
    },
    stdio: 'ignore',
  });
  t.after(async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    await rm(path.join(app, '.next'), { recursive: true, force: true });
  });
  const url = `http://localhost:${port}/v1/orders/7`;
  for (;;) {
    assert.equal(child.exitCode, null, 'Next ended');
    const answer = await fetch(url, { headers: { 'x-user': 'first' } }).catch(() => undefined);
    if (answer?.status === 200) return url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a route of a real Next app is observed by its template, and a flood of it refused', async (t) => {
  const tidegate = await startTidegate(t);
  const url = await startNext(t, tidegate.url());
  const ask = (user: string) => fetch(url, { headers: { 'x-user': user } });
  assert.deepEqual(await (await ask('ann')).json(), { id: '7' });
  let refusal: Response | undefined;
  for (let asked = 0; asked < 5_000 && refusal === undefined; asked++) {
    const answer = await ask('mallory');
    if (answer.status === 429) refusal = answer;
    else await answer.text();
  }
  assert.ok(refusal, 'the flood was refused');
  const { type } = Object(await refusal.json());
  assert.match(String(type), /abnormal-usage-detected/);
  for (const header of ['ratelimit', 'ratelimit-policy', 'retry-after'])
    assert.ok(refusal.headers.has(header));
  assert.equal((await ask('ann')).status, 200);
  const { requestsTotal } = await tidegate.baseline('mallory', 'GET /v1/orders/{id}');
  assert.ok(requestsTotal > 100, `${requestsTotal} were shipped`);
});
