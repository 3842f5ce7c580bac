/**
 * `ingest.http`: events a second into a whole server (durable log, engine on), from another process, against the events
 * a second at which one core of this machine merely `JSON.parse`s the same bodies in the same run.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ingestBodies } from './ingest-bodies.ts';
import type { LoadOptions, LoadResult } from './ingest-load.ts';
import type { BenchResult } from './result.ts';

const eventsPerBatch = 1_000;
const connections = 8;
const key = 'bench-ingest-key-0123456789abcdefghij';

/** @param seconds of each of the two loads */
export async function benchIngestHttp(options: {
  serverEntry: string;
  seconds: number;
}): Promise<BenchResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidegate-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(process.execPath, [options.serverEntry], {
    env: {
      ...process.env,
      PORT: String(port),
      TIDEGATE_DATA: folder,
      TIDEGATE_INGEST_KEY: key,
      TIDEGATE_LOG_LEVEL: 'error',
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await untilReady(url);
    const base = { url, key, connections, eventsPerBatch };
    await load({ ...base, seconds: 2, eventsPerSecond: 0 });
    const parsedBefore = parsePerSecond();
    const full = await load({ ...base, seconds: options.seconds, eventsPerSecond: 0 });
    const parsed = (parsedBefore + parsePerSecond()) / 2;
    const value = full.events / full.seconds;
    const api = probeApi(url);
    const half = await load({ ...base, seconds: options.seconds, eventsPerSecond: value / 2 });
    const apiMsP99 = await api.stop();
    return {
      name: 'ingest.http',
      value: Math.round(value),
      unit: 'events/s',
      peer: 'JSON.parse of the same bodies, one core',
      peerValue: Math.round(parsed),
      ratio: Number((value / parsed).toFixed(3)),
      note:
        `at half that load: reply p99 ${half.replyMsP99.toFixed(1)} ms, other API p99 ${apiMsP99.toFixed(1)} ms; ` +
        `${eventsPerBatch} events a batch, ${connections} connections, ${full.refused + half.refused} batches refused`,
    };
  } finally {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address ? address.port : 0;
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const status = await fetch(`${url}/readyz`).then(
      ({ status: code }) => code,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server did not become ready within a minute');
}

async function load(options: LoadOptions): Promise<LoadResult> {
  const script = fileURLToPath(new URL('./ingest-load.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'exit');
  return JSON.parse(output);
}

function parsePerSecond(): number {
  const texts = ingestBodies(32, eventsPerBatch).map((body) => body.toString('utf8'));
  for (const text of texts) JSON.parse(text);
  const startedAt = performance.now();
  let events = 0;
  while (performance.now() - startedAt < 1_000) {
    for (const text of texts) JSON.parse(text);
    events += texts.length * eventsPerBatch;
  }
  return (events / (performance.now() - startedAt)) * 1000;
}

/** Asks what needs both threads, twenty times a second. */
function probeApi(url: string): { stop(): Promise<number> } {
  const headers = { authorization: `Bearer ${key}` };
  const question = `${url}/v1/baseline?${new URLSearchParams({ user: 'user-1', endpoint: 'GET /v1/resource1/{id}' })}`;
  const times: number[] = [];
  let running = true;
  const asking = (async () => {
    while (running) {
      const startedAt = performance.now();
      await (await fetch(question, { headers })).text();
      times.push(performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    async stop() {
      running = false;
      await asking;
      times.sort((a, b) => a - b);
      return times[Math.floor(times.length * 0.99)] ?? 0;
    },
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
}
