/**
 * A small HTTP server that speaks the ingest and stream contract and breaks on demand: cut streams, errors, silence,
 * lost answers. Only for faults that a healthy Tidegate does not produce; everything else is tested against a real one.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { IngestReply, Throttle } from '../../lib/contract/decision.ts';
import type { RequestEvent } from '../../lib/contract/event.ts';
import type { StreamDelta } from '../../lib/contract/stream.ts';

/** Answers one POST in place of the server; may leave it unanswered. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => void;

export interface FaultServer {
  readonly url: string;
  /** Every attempt, in order, with its key; also those that a fault answered. */
  readonly attempts: { idempotencyKey: string; events: RequestEvent[]; gzipped: boolean }[];
  /** Events as a collector counts them: each idempotency key once. */
  readonly events: RequestEvent[];
  readonly streamRequests: { instance: string | null; lastEventId: string | undefined }[];
  readonly openStreams: number;
  /** The next POSTs are answered by these. */
  faults: Fault[];
  /** Answers every POST while it is set. */
  alwaysFault: Fault | undefined;
  reply: Partial<IngestReply>;
  throttles: Throttle[];
  push(delta: Partial<StreamDelta>): void;
  /** Sends this text to every open stream. */
  write(text: string): void;
  cutStreams(): void;
  /** Nothing listens any more; `up` listens on the same port again. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function startFaultServer(t: { after(fn: () => Promise<void>): void }): Promise<FaultServer> {
  const streams = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const seenKeys = new Set<string>();
  const log: StreamDelta[] = [];
  let port = 0;

  const server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/stream')) {
      openStream(fault, log, request, response);
      streams.add(response);
      response.on('close', () => streams.delete(response));
    } else void takeEvents(fault, seenKeys, request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  const fault: FaultServer = {
    url: '',
    attempts: [],
    events: [],
    streamRequests: [],
    get openStreams() {
      return streams.size;
    },
    faults: [],
    alwaysFault: undefined,
    reply: {},
    throttles: [],
    push(delta) {
      const full = { set: [], removed: [], instances: 1, ...delta, seq: log.length + 1 };
      log.push(full);
      for (const stream of streams) stream.write(frame('delta', full));
    },
    write(text) {
      for (const stream of streams) stream.write(text);
    },
    cutStreams() {
      for (const stream of streams) stream.destroy();
    },
    async down() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await until('the port to be free', () => !server.listening);
    },
    async up() {
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    },
  };
  await fault.up();
  port = portOf(server.address());
  t.after(() => fault.down());
  return Object.assign(fault, { url: `http://127.0.0.1:${port}` });
}

function openStream(
  fault: FaultServer,
  log: StreamDelta[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '', 'http://localhost');
  const lastEventId = request.headers['last-event-id'];
  fault.streamRequests.push({
    instance: url.searchParams.get('instance'),
    lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
  });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const since = /^e1\.(\d+)$/.exec(String(lastEventId))?.[1];
  if (since === undefined) {
    response.write(frame('snapshot', { seq: log.length, throttles: fault.throttles, instances: 1 }));
    return;
  }
  for (const delta of log.slice(Number(since))) response.write(frame('delta', delta));
  response.write(': resumed\n\n');
}

async function takeEvents(
  fault: FaultServer,
  seenKeys: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const gzipped = request.headers['content-encoding'] === 'gzip';
  const body = Buffer.concat(chunks);
  const { events } = JSON.parse((gzipped ? gunzipSync(body) : body).toString());
  const idempotencyKey = String(request.headers['idempotency-key']);
  fault.attempts.push({ idempotencyKey, events, gzipped });
  const broken = fault.alwaysFault ?? fault.faults.shift();
  if (broken) return broken(request, response);
  if (!seenKeys.has(idempotencyKey)) fault.events.push(...events);
  seenKeys.add(idempotencyKey);
  const reply = { accepted: events.length, rejected: [], throttles: [], ...fault.reply };
  response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
}

interface Frame {
  seq: number;
  [field: string]: unknown;
}

function frame(event: string, data: Frame | StreamDelta): string {
  return `id: e1.${data.seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}

/** Waits for a condition. @throws Error that names it, when it does not come true in 10 s. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(2);
  }
}

/** A throttle in force for an hour. */
export function throttleFor(id: string, over: Partial<Throttle>): Throttle {
  const now = Date.now();
  return {
    id,
    scope: { user: 'ann' },
    conclusion: 'deny',
    kind: 'rate_spike',
    alertId: 'alr_1',
    mode: 'enforce',
    createdAt: now,
    expiresAt: now + 3_600_000,
    ...over,
  };
}
