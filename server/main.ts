/**
 * The composition root: what remembers is opened first, then what decides, then what answers; closing goes the other
 * way. The only file that knows every part, and the only one that knows Next.
 */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import next from 'next';
import { engineDefaults } from '../lib/engine/config.ts';
import { createClosing } from './closing.ts';
import { checkpointEveryMs, createCollector } from './collector/create-collector.ts';
import { diskLimits } from './collector/disk-space.ts';
import { type Config, readConfig } from './config.ts';
import { createApi } from './http/app.ts';
import { type ClientAddress, createClientAddress } from './http/client-address.ts';
import { createDispatcher } from './http/dispatcher.ts';
import { openHostDoor } from './http/host-door.ts';
import { createStaticFiles } from './http/static-files.ts';
import type { Identity } from './identity/identity.ts';
import { createRequireOperator } from './identity/require-operator.ts';
import { createTokenService, type TokenService } from './oauth/token-service.ts';
import { createLog, type Log } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import { type Access, openAccess } from './open-access.ts';
import { createAllModules } from './routes/all-modules.ts';
import { createDetectionOrders } from './routes/api/detection-orders.ts';
import { bodyLimits } from './routes/v1/events.ts';
import { keyLimits } from './routes/v1/key-limits.ts';
import { createAlertWriter } from './storage/alert-writer.ts';
import { createAlerts } from './storage/alerts.ts';
import { createAuditAnchor } from './storage/audit-anchor.ts';
import { verifyAuditLog } from './storage/audit-verification.ts';
import { openDatabase } from './storage/database.ts';
import { createExceptions } from './storage/exceptions.ts';
import { createIngestKeys } from './storage/ingest-keys.ts';
import { createOAuthStore } from './storage/oauth-store.ts';
import { createRetention } from './storage/retention.ts';
import { createSettings } from './storage/settings.ts';
import { createConsoleStream } from './stream/console-stream.ts';
import {
  createEnforcementStream,
  type EnforcementStream,
  streamLimits,
} from './stream/enforcement-stream.ts';
import { createLiveView } from './stream/live-view.ts';
import { createTimers } from './timers.ts';

const clock = { now: () => Date.now() };
const timers = createTimers();
const closing = createClosing();

/** What remembers: the records' database and the tables over it. */
async function openRecords(config: Config, log: Log) {
  const { dataDir, databaseUrl } = config;
  const database = closing.add('database', await openDatabase({ dataDir, databaseUrl, log }));
  const base = { database, clock };
  const { mode, baseLimit, sensitivity, falseAlarmBudget } = config;
  const initial = { mode, modeByEndpoint: {}, baseLimit, sensitivity, falseAlarmBudget };
  const records = {
    ...base,
    alerts: createAlerts(base),
    exceptions: createExceptions(base),
    settings: createSettings({ ...base, initial }),
    ingestKeys: await createIngestKeys({ ...base, environmentKey: config.ingestKey }),
  };
  closing.add('audit anchor', createAuditAnchor({ ...base, dataDir, ...timers, log }));
  closing.add('retention', createRetention({ ...records, ...timers, log }));
  return records;
}

/** What decides: the collector with its engine, and the orders that operators give it. */
async function startDetection(config: Config, log: Log, records: Awaited<ReturnType<typeof openRecords>>) {
  const metrics = createMetrics();
  const { settings, alerts, database, exceptions } = records;
  // New at each start is enough: a checkpoint brings the seed that its sketches were made with.
  const hashSeed = [...crypto.getRandomValues(new Int32Array(4))];
  const engine = { ...engineDefaults, settings: await settings.read(), hashSeed };
  // Closed after the collector, whose last pulse it still writes.
  const writer = closing.add('alerts', createAlertWriter({ alerts, database, ...timers, log }));
  const collector = closing.add(
    'collector',
    await createCollector({
      ...{ folder: config.dataDir, clock, log, metrics, engine },
      ...{ disk: diskLimits, checkpointEveryMs },
    }),
  );
  collector.onPulse((pulse) => writer.take(pulse.changes.findings));
  const orders = { collector, settings, exceptions, ...timers, log };
  const detection = closing.add('orders', await createDetectionOrders(orders));
  const degraded = () => [...collector.health().degraded, ...writer.degraded()];
  const liveView = createLiveView({ collector, alerts, detection, degraded });
  return { metrics, collector, writer, detection, liveView };
}

type Records = Awaited<ReturnType<typeof openRecords>>;
type Detection = Awaited<ReturnType<typeof startDetection>>;

interface ApiParts extends Records, Detection, Access {
  tokenService: TokenService;
  stream: EnforcementStream;
  clientAddress: ClientAddress;
}

/** What answers programs: ingest, decisions, sign-in, administration, operations. */
function createApiHandler(config: Config, log: Log, parts: ApiParts) {
  const { publicUrl, dataDir } = config;
  const { degraded } = parts.writer;
  const limits = { keyLimits, bodyLimits };
  const app = createApi({
    log,
    clientAddress: parts.clientAddress,
    requireOperator: createRequireOperator({ ...parts, clock }),
    modules: createAllModules({ ...parts, ...limits, degraded, publicUrl, dataDir, clock }),
  });
  return getRequestListener(app.fetch, { overrideGlobalObjects: false });
}

/** What draws: Next, which must never see our listening server (docs/decisions/0001-one-process.md). */
async function startShell(config: Config) {
  const dir = fileURLToPath(new URL('..', import.meta.url));
  const neverListens = createServer();
  const shell = next({
    ...{ dev: config.dev, dir, httpServer: neverListens },
    ...{ hostname: config.publicUrl.hostname, port: config.port },
  });
  await shell.prepare();
  closing.add('shell', shell);
  // In development Next listens for the upgrades of the server that it was given.
  const upgrade = (...event: UpgradeEvent) => void neverListens.emit('upgrade', ...event);
  const draw = shell.getRequestHandler();
  if (config.dev) return { draw, upgrade, staticFiles: undefined };
  return { draw, upgrade: undefined, staticFiles: createStaticFiles(path.join(dir, '.next/static')) };
}

type UpgradeEvent = [request: IncomingMessage, socket: Duplex, head: Buffer];

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `port ${port} is in use by another program; stop it, or set PORT to another one`;
      reject(error.code === 'EADDRINUSE' ? new Error(taken) : error);
    });
    server.listen(port, () => resolve());
  });
}

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog({ level: config.logLevel });
  stopOnSignal(log);

  const records = await openRecords(config, log);
  const detection = await startDetection(config, log, records);
  const { publicUrl } = config;
  const access = closing.add('access', await openAccess({ ...config, ...records, ...timers, log }));
  const { identity } = access;
  const tokenService = closing.add(
    'tokens',
    createTokenService({ identity, store: createOAuthStore(records), publicUrl, clock, ...timers, log }),
  );
  const revocations = identity.foundation.view;
  const stream = createEnforcementStream({ ...detection, revocations, clock, limits: streamLimits });
  const clientAddress = createClientAddress(config.trustedProxies);
  const parts = { ...records, ...detection, ...access, tokenService, stream, clientAddress };
  const socket = createConsoleStream({ ...parts, publicUrl, clientAddress, timers, clock, log });
  const shell = await startShell(config);

  const server = createDispatcher({
    api: createApiHandler(config, log, parts),
    shell: (request, response) => void shell.draw(request, response),
    socket: socket.handleUpgrade,
    staticFiles: shell.staticFiles,
    shellUpgrade: shell.upgrade,
    publicUrl,
    headers: { https: publicUrl.protocol === 'https:', dev: config.dev },
  });
  const greeting = await greet(config, identity);
  await listen(server, config.port);
  closing.add('http server', closableServer(server, [stream, socket]));
  const questions = {
    'audit:verify': () => verifyAuditLog({ db: records.database.db, dataDir: config.dataDir }),
    recover: identity.recoverFromHost,
  };
  closing.add('host door', await openHostDoor({ dataDir: config.dataDir, questions, log }));
  process.stdout.write(greeting);
}

/** What never ends by itself is ended; requests under way are answered; kept-alive connections are let go. */
function closableServer(server: Server, endless: { close(): unknown }[]) {
  return {
    async close() {
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const part of endless) await part.close();
      const letGo = setInterval(() => server.closeIdleConnections(), 50);
      await closed;
      clearInterval(letGo);
    },
  };
}

/** For the person who started it. The setup link is the one secret that is ever printed, and only here. */
async function greet(config: Config, identity: Identity): Promise<string> {
  const link = await identity.createSetupLink();
  const lines = [`Tidegate is running on ${config.publicUrl.origin}`];
  if (link !== undefined) {
    lines.push('', 'No operator exists yet. Make the first one with this link (one hour, once):', link);
  }
  return `\n${lines.map((line) => `  ${line}`).join('\n')}\n\n`;
}

function stopOnSignal(log: Log): void {
  let stopping = false;
  const stop = (signal: string) => {
    // A terminal and npm both pass Ctrl-C on: the second one is the same one.
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    void closing.closeAll(log).then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await closing.closeAll(createLog({ level: 'error' }));
  process.exit(1);
}
