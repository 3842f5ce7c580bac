import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type CollectorApi, listen, openCollectorApi } from '../../test/fixtures/collector-api.ts';

let folder = '';
let it: CollectorApi;
let served: Awaited<ReturnType<typeof listen>>;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidegate-operations-'));
  it = await openCollectorApi({ folder });
  served = await listen(it.api);
});
after(async () => {
  served.server.close();
  await it.close();
  await rm(folder, { recursive: true, force: true });
});

/** With a Host of the test's choice, which `fetch` would not send. */
function ask(headers: http.OutgoingHttpHeaders): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = http.get(`${served.url}/metrics`, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
  });
}

/** Guard: `isLocalCaller` in server/routes/operations.ts. */
test('metrics are for the machine itself, not for who was forwarded or for a name that was rebound to it', async () => {
  const { host } = new URL(served.url);
  for (const name of [host, 'localhost:3000', '[::1]', '127.0.0.1'])
    assert.equal(await ask({ host: name }), 200);
  for (const headers of [
    { host: 'rebound.example' },
    { host: 'localhost.rebound.example' },
    { host, 'x-forwarded-for': '127.0.0.1' },
    { host, forwarded: 'for=127.0.0.1' },
  ]) {
    assert.equal(await ask(headers), 401, JSON.stringify(headers));
  }
});

test('SE-05: what a browser reports is counted by directive, and nothing of it is kept', async () => {
  const report = (body: string) => fetch(`${served.url}/csp-reports`, { method: 'POST', body });
  const text = (directive: string) => JSON.stringify({ 'csp-report': { 'effective-directive': directive } });
  for (const body of [text('script-src-elem'), text('nonsense\nforged 1'), '{', '[]'])
    assert.equal((await report(body)).status, 204);
  assert.equal((await report('x'.repeat(20_000))).status, 413);
  const metrics = await (await fetch(`${served.url}/metrics`)).text();
  assert.match(metrics, /tidegate_csp_violations_total\{directive="script-src"\} 1\n/);
  assert.match(metrics, /tidegate_csp_violations_total\{directive="other"\} 3\n/);
  assert.equal(metrics.includes('forged'), false);
});
