/**
 * The sending side of `ingest.http`, a process of its own: keeps some connections busy with bodies made beforehand,
 * as fast as it gets answers or at a given pace, and prints one JSON line with what it saw.
 */

import http from 'node:http';
import { ingestBodies } from './ingest-bodies.ts';

export interface LoadOptions {
  url: string;
  key: string;
  connections: number;
  seconds: number;
  /** 0: as fast as answers come. */
  eventsPerSecond: number;
  eventsPerBatch: number;
}
export interface LoadResult {
  events: number;
  seconds: number;
  replyMsP99: number;
  refused: number;
}

const options: LoadOptions = JSON.parse(process.argv[2] ?? '{}');
const agent = new http.Agent({ keepAlive: true, maxSockets: options.connections });
const bodies = ingestBodies(64, options.eventsPerBatch);
const replyMs: number[] = [];
let refused = 0;

function send(body: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  const request = http.request(`${options.url}/v1/events`, {
    method: 'POST',
    agent,
    headers: {
      authorization: `Bearer ${options.key}`,
      'content-type': 'application/json',
      'content-length': body.byteLength,
    },
  });
  request.on('error', reject);
  request.on('response', (response) => {
    response.resume();
    response.on('end', () => {
      if (response.statusCode === 202) replyMs.push(performance.now() - startedAt);
      else refused += 1;
      resolve();
    });
  });
  request.end(body);
  return promise;
}

/** Each connection starts its batches on a grid of its own, so that a slow answer is not followed by a slower sender. */
async function runConnection(number: number, endsAt: number): Promise<void> {
  const gapMs =
    options.eventsPerSecond === 0
      ? 0
      : (options.connections * options.eventsPerBatch * 1000) / options.eventsPerSecond;
  let dueAt = performance.now() + (gapMs * number) / options.connections;
  for (let i = number; performance.now() < endsAt; i++) {
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    dueAt += gapMs;
    const body = bodies[i % bodies.length];
    if (body) await send(body);
  }
}

const startedAt = performance.now();
const endsAt = startedAt + options.seconds * 1000;
await Promise.all(Array.from({ length: options.connections }, (_, i) => runConnection(i, endsAt)));
const seconds = (performance.now() - startedAt) / 1000;
replyMs.sort((a, b) => a - b);
const result: LoadResult = {
  events: replyMs.length * options.eventsPerBatch,
  seconds,
  replyMsP99: replyMs[Math.floor(replyMs.length * 0.99)] ?? 0,
  refused,
};
console.log(JSON.stringify(result));
agent.destroy();
