/**
 * What was acknowledged is counted exactly once, whatever happens to the process: a real server is killed with SIGKILL
 * again and again while senders go on sending, and resend under the same key until they have their 202.
 *
 * `TIDEGATE_TEST_KILLS=20` for the long run, `TIDEGATE_TEST_EVENTS_PER_SECOND` for the load, and
 * `TIDEGATE_TEST_ENTRY=server/main.ts` for the whole server instead of its collector (needs a build).
 */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const kills = Number(process.env.TIDEGATE_TEST_KILLS ?? 3);
const eventsPerSecond = Number(process.env.TIDEGATE_TEST_EVENTS_PER_SECOND ?? 5_000);
const entry = path.resolve(
  fileURLToPath(new URL('..', import.meta.url)),
  process.env.TIDEGATE_TEST_ENTRY ?? 'test/fixtures/collector-process.ts',
);
const ingestKey = 'durability-test-key-0123456789abcdef';
const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
const endpoints = ['/v1/orders', '/v1/orders/{id}', '/v1/items'];
const eventsPerBatch = 100;
const headers = { authorization: `Bearer ${ingestKey}`, 'content-type': 'application/json' };

let folder = '';
let url = '';
let port = 0;
let child: ChildProcess;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidegate-durability-'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  port = typeof address === 'object' && address ? address.port : 0;
  probe.close();
  url = `http://127.0.0.1:${port}`;
});
after(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(): void {
  child = spawn(process.execPath, [entry], {
    env: {
      ...process.env,
      PORT: String(port),
      TIDEGATE_DATA: folder,
      TIDEGATE_INGEST_KEY: ingestKey,
      NODE_ENV: 'production',
      TIDEGATE_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilReady(): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/readyz`).then(
      ({ status }) => status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function killAndRestart(): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  start();
  await untilReady();
}

/** Resends the very same batch until it is acknowledged, as the SDK does. */
async function sendUntilAcknowledged(body: string): Promise<void> {
  const idempotencyKey = randomUUID();
  for (;;) {
    try {
      const reply = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': idempotencyKey },
        body,
      });
      const answer: unknown = await reply.json();
      if (reply.status === 202) {
        assert.deepEqual(answer, {
          accepted: eventsPerBatch,
          rejected: [],
          throttles: Object(answer).throttles,
        });
        return;
      }
      assert.ok(reply.status === 429 || reply.status === 503, `unexpected ${reply.status}`);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** One sender of several; counts what it has sent, by pair. */
async function runSender(sent: Map<string, number>, number: number, running: () => boolean): Promise<void> {
  const pauseMs = (senders * eventsPerBatch * 1000) / eventsPerSecond;
  for (let batch = 0; running(); batch++) {
    const startedAt = performance.now();
    const events = Array.from({ length: eventsPerBatch }, (_, i) => ({
      ts: Date.now(),
      user: users[(number + batch + i) % users.length] ?? '',
      method: 'GET',
      endpoint: endpoints[(batch * 7 + i) % endpoints.length] ?? '',
      status: 200,
    }));
    for (const { user, endpoint } of events) {
      const pair = JSON.stringify([user, `GET ${endpoint}`]);
      sent.set(pair, (sent.get(pair) ?? 0) + 1);
    }
    await sendUntilAcknowledged(JSON.stringify({ events }));
    const restMs = pauseMs - (performance.now() - startedAt);
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}

const senders = 5;

test(`after ${kills} kills at ${eventsPerSecond} events/s every acknowledged event is counted exactly once`, async () => {
  start();
  await untilReady();
  const sent = new Map<string, number>();
  let running = true;
  const sending = Promise.all(Array.from({ length: senders }, (_, i) => runSender(sent, i, () => running)));
  for (let kill = 0; kill < kills; kill++) {
    // Different moments of the checkpoint's second, so that some kills fall into writing it.
    await new Promise((resolve) => setTimeout(resolve, 700 + kill * 170));
    await killAndRestart();
  }
  running = false;
  await sending;

  for (const [pair, count] of sent) {
    const [user, endpoint] = JSON.parse(pair);
    const reply = await fetch(`${url}/v1/baseline?${new URLSearchParams({ user, endpoint })}`, { headers });
    const { requestsTotal } = Object(await reply.json());
    assert.equal(requestsTotal, count, pair);
  }
  const total = [...sent.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(total > kills * 100 * eventsPerBatch * 0.1, `only ${total} events were sent`);
});
