/** A real Tidegate for the length of a test: collector, engine and routes on a port of this machine, data in a folder. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Baseline, Throttle } from '../../lib/contract/decision.ts';
import {
  type CollectorApi,
  listen,
  openCollectorApi,
  testIngestKey,
} from '../../test/fixtures/collector-api.ts';
import { type Client, type ClientOptions, createClient } from '../src/index.ts';

export interface Tidegate {
  /** For a client in another process. */
  url(): string;
  /** A client of it; closed with the test. */
  client(options?: Partial<ClientOptions>): Client;
  baseline(user: string, endpoint: string): Promise<Baseline>;
  throttles(): Throttle[];
  lift(throttleId: string): Promise<void>;
  stop(): Promise<void>;
  /** On the same port, with the same data. */
  start(): Promise<void>;
}

export async function startTidegate(t: TestContext): Promise<Tidegate> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidegate-sdk-'));
  const clients: Client[] = [];
  let port = 0;
  let running: { api: CollectorApi; server: Awaited<ReturnType<typeof listen>>['server'] } | undefined;
  const current = (): CollectorApi => {
    if (!running) throw new Error('Tidegate is stopped');
    return running.api;
  };
  const stop = async (): Promise<void> => {
    const { api, server } = running ?? {};
    running = undefined;
    await api?.close();
    await new Promise<void>((resolve) => {
      if (!server) return resolve();
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  };
  const start = async (): Promise<void> => {
    const api = await openCollectorApi({ folder });
    const { url, server } = await listen(api.api, port);
    port = Number(new URL(url).port);
    running = { api, server };
  };
  t.after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await stop();
    await rm(folder, { recursive: true, force: true });
  });
  await start();
  const url = () => `http://127.0.0.1:${port}`;
  return {
    url,
    client(options = {}) {
      const bounds = { backoffMs: 20, closeTimeoutMs: 50, onDiagnostic: () => undefined };
      const client = createClient({ url: url(), key: testIngestKey, ...bounds, ...options });
      clients.push(client);
      return client;
    },
    baseline: (user, endpoint) => current().collector.baseline(user, endpoint),
    throttles: () => current().collector.throttles(),
    lift: (throttleId) => current().collector.command({ type: 'lift', throttleId }),
    stop,
    start,
  };
}
