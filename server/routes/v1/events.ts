/** `POST /v1/events`: takes a batch, and answers 202 only when it is on disk. */

import { crc32 } from 'node:zlib';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { IngestReply } from '../../../lib/contract/decision.ts';
import { eventSchema, rejectedSchema } from '../../../lib/contract/event.schema.ts';
import {
  batchBytesMax,
  batchInflatedBytesMax,
  idempotencyKeyLengthMax,
} from '../../../lib/contract/event.ts';
import type { Collector } from '../../collector/collector.ts';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import { asAppError } from '../../http/problem.ts';
import type { Metrics } from '../../observe/metrics.ts';
import { describeIngestKey, ingestKeySecurity, type KeyDoor, requireIngestKey } from './ingest-key-check.ts';
import { createKeyLimiter, type KeyLimiter, type KeyLimits } from './key-limits.ts';
import { type BatchFormat, batchFormatOf, parseBatch } from './parse-batch.ts';
import { type BodyLimits, createBodyReader } from './read-body.ts';
import { createV1Module } from './v1-module.ts';

/** Half a minute for two megabytes: a slow phone line, but not an attacker's one byte a minute. */
export const bodyLimits: BodyLimits = {
  bytesMax: batchBytesMax,
  inflatedBytesMax: batchInflatedBytesMax,
  readMsMax: 30_000,
};

export interface EventsDeps extends KeyDoor {
  collector: Pick<Collector, 'ingest'>;
  clock: { now(): number };
  metrics: Metrics;
  keyLimits: KeyLimits;
  bodyLimits: BodyLimits;
}

export function createEventsRoute(deps: EventsDeps): OpenAPIHono<ApiEnv> {
  const app = createV1Module();
  describe(app);
  const limiter = createKeyLimiter({ limits: deps.keyLimits, clock: deps.clock });
  const readBody = createBodyReader(deps.bodyLimits);
  app.post('/v1/events', async (c) => {
    c.header('cache-control', 'no-store');
    try {
      return c.json(await take(c, deps, { limiter, readBody }), 202);
    } catch (error) {
      deps.metrics.batchesRefused.inc({ code: asAppError(error).code });
      throw error;
    }
  });
  return app;
}

interface Tools {
  limiter: KeyLimiter;
  readBody: (c: Context<ApiEnv>) => Promise<Buffer>;
}

async function take(
  c: Context<ApiEnv>,
  deps: EventsDeps,
  { limiter, readBody }: Tools,
): Promise<IngestReply> {
  const { keyId } = requireIngestKey(c, deps, 'event.ship');
  const format = batchFormatOf(c.req.header('content-type'));
  const idempotencyKey = idempotencyKeyOf(c.req.header('idempotency-key'));
  // A body of unknown length may become as large as is allowed.
  const { bytesMax } = deps.bodyLimits;
  const declared = Number(c.req.header('content-length') ?? bytesMax);
  if (declared > bytesMax) throw new AppError('body_too_large');
  const work = limiter.enter(keyId, Number.isFinite(declared) ? declared : bytesMax);
  try {
    const body = await readBody(c);
    // The key may have been revoked while a slow body came in.
    requireIngestKey(c, deps, 'event.ship');
    const startedAtMs = performance.now();
    const reply = await parseAndIngest(body, format, { keyId, idempotencyKey, limiter, deps });
    deps.metrics.ingestSeconds.observe((performance.now() - startedAtMs) / 1000);
    return reply;
  } finally {
    work.done();
  }
}

/** Not async, so that the parsed events are not held while their batch waits for the disk. */
function parseAndIngest(
  body: Buffer,
  format: BatchFormat,
  as: { keyId: string; idempotencyKey: string | undefined; limiter: KeyLimiter; deps: EventsDeps },
): Promise<IngestReply> {
  const batch = parseBatch(body, format, as.deps.clock.now());
  as.limiter.spend(as.keyId, batch.events.length + batch.rejected.length);
  const { keyId, idempotencyKey } = as;
  return as.deps.collector.ingest({ keyId, idempotencyKey, bodyCrc: crc32(body), ...batch });
}

function idempotencyKeyOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (header.length === 0 || header.length > idempotencyKeyLengthMax || !/^[\x21-\x7e]+$/.test(header)) {
    throw new AppError('invalid_request', {
      public: `Idempotency-Key must be 1 to ${idempotencyKeyLengthMax} visible ASCII characters.`,
    });
  }
  return header;
}

/** Described, not validated, by the route table: a body is parsed by the limits above, not by a generic reader. */
function describe(app: OpenAPIHono<ApiEnv>): void {
  describeIngestKey(app);
  const replySchema = z.object({
    accepted: z.number().int(),
    rejected: rejectedSchema,
    throttles: z.array(z.object({ id: z.string(), conclusion: z.string(), expiresAt: z.number() }).loose()),
  });
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/v1/events',
    summary: 'Ship request events',
    security: ingestKeySecurity,
    request: {
      headers: z.object({ 'idempotency-key': z.string().max(idempotencyKeyLengthMax).optional() }),
      body: {
        content: {
          'application/json': { schema: z.object({ events: z.array(eventSchema) }) },
          'application/x-ndjson': { schema: eventSchema },
        },
      },
    },
    responses: {
      202: { description: 'Durable', content: { 'application/json': { schema: replySchema } } },
      400: { description: 'Not JSON, or not a batch' },
      401: { description: 'The key is not valid' },
      413: { description: 'Body or batch too large' },
      415: { description: 'Content type or encoding not supported' },
      422: { description: 'The Idempotency-Key was used for another batch' },
      429: { description: 'Too much; see Retry-After' },
      503: { description: 'The disk is full' },
    },
  });
}
