/**
 * What deciding costs: loading Cedar at the start, one decision of each outcome, and a whole protected request (access
 * token, proof of its key, replay cache, decision). `SOAK_SECONDS=600` goes on with requests for as long and says
 * whether memory stayed flat; run it by `node bench/authorize.ts`.
 */

import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { actions } from '../server/policies/actions.table.ts';
import { BrowserDouble, newAuthenticator } from '../test/fixtures/browser-double.ts';
import { installEmpty } from '../test/fixtures/identity-installation.ts';
import { openTestDatabase } from '../test/fixtures/test-database.ts';

const soakSeconds = Number(process.env.SOAK_SECONDS ?? 0);

const startedAt = performance.now();
const startedCpu = process.cpuUsage();
const { createCedar } = await import('../server/policies/cedar.ts');
const { builtInInForce } = await import('../server/policies/in-force.ts');
const { schemaText } = await import('../server/policies/schema-text.ts');
const cedar = createCedar(schemaText());
const builtIn = builtInInForce(cedar.schema);
cedar.load('current', builtIn.policies);
// Processor time too: on a busy machine only that says something.
const startCpuMs = process.cpuUsage(startedCpu).user / 1000;
const startMs = performance.now() - startedAt;
console.log(
  `start: ${startMs.toFixed(0)} ms, ${startCpuMs.toFixed(0)} ms of processor, for the built-in policies`,
);

function percentiles(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.floor(sorted.length * share)] ?? 0) * 1000).toFixed(0);
  return `p50 ${at(0.5)} µs, p99 ${at(0.99)} µs`;
}

const { createTestAuthority, knowOperator, principalFor } = await import('../test/fixtures/authority.ts');
const clock = { now: () => Date.now() };
const { authority, standing } = createTestAuthority({ clock });
knowOperator(standing, 'opr_1', 'owner');
knowOperator(standing, 'opr_2', 'viewer');
const cases = {
  allow: [principalFor(authority, clock), 'alert.read'],
  step_up: [principalFor(authority, clock, { authAt: clock.now() - 600_000 }), 'operator.update'],
  deny: [principalFor(authority, clock, { operatorId: 'opr_2', authAt: 0 }), 'operator.update'],
} as const;
for (const [name, [principal, action]] of Object.entries(cases)) {
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (let round = 0; round < 3_000; round++) {
    const from = performance.now();
    const { outcome } = authority.judge(principal, action, { id: 'x' });
    if (outcome !== name) throw new Error(`${outcome}, not ${name}`);
    if (round >= 500) times.push(performance.now() - from);
  }
  const cpuUs = process.cpuUsage(cpu).user / 3_000;
  console.log(`decision, ${name}: ${percentiles(times)}, ${cpuUs.toFixed(0)} µs of processor`);
}
console.log(`actions: ${Object.keys(actions).length}, policies: ${Object.keys(builtIn.policies).length}`);

const database = await openTestDatabase();
const at = await installEmpty(database, { clock: { now: () => Date.now(), advance: () => {} } });
const browser = await BrowserDouble.open(at);
let { accessToken: token } = await browser.setUp(
  (await at.identity.createSetupLink()) ?? '',
  newAuthenticator(),
);

async function requests(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let each = 0; each < count; each++) {
    const dpop = await browser.proofFor('/api/alert-answers', 'GET', token);
    const from = performance.now();
    const response = await browser.call('/api/alert-answers', { token, proof: dpop });
    times.push(performance.now() - from);
    if (response.status === 401) {
      const refreshed = await browser.refresh();
      if (refreshed.ok) token = Object(await refreshed.json()).accessToken;
    } else if (response.status === 429) {
      // One session may prove itself only so often: a soak is faster than any console.
      await wait(1_000);
    } else if (response.status !== 200) throw new Error(`status ${response.status}`);
  }
  return times;
}

function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / 1_048_576;
}

await requests(200);
console.log(`whole request: ${percentiles(await requests(1_000))}`);
if (soakSeconds > 0) {
  const until = Date.now() + soakSeconds * 1000;
  let done = 0;
  const before = heapMegabytes();
  while (Date.now() < until) {
    await requests(500);
    done += 500;
    if (done % 5_000 === 0) console.log(`${done} requests, ${heapMegabytes().toFixed(0)} MB`);
  }
  console.log(
    `soak: ${done} requests, ${before.toFixed(0)} -> ${heapMegabytes().toFixed(0)} MB, rss ${(process.memoryUsage().rss / 1_048_576).toFixed(0)} MB`,
  );
}
await at.close();
await database.close();
