/**
 * Reads a request's body within limits: bytes as sent, bytes after inflation, and time. What comes in is never held
 * beyond its limit, so a gzip bomb or an endless body costs the limit and no more.
 */

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from 'hono';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';

export interface BodyLimits {
  bytesMax: number;
  inflatedBytesMax: number;
  /** For the whole body: a sender slower than this holds a connection and memory for nothing. */
  readMsMax: number;
}

const inflate = promisify(gunzip);

/** Bodies inflated at once: each may become 16 MiB, and there are four threads to do it anyway. */
const inflatingMax = 4;

/** @returns reads one body. @throws AppError `body_too_large`, `invalid_request`, `unsupported_media_type` */
export function createBodyReader(limits: BodyLimits): (c: Context<ApiEnv>) => Promise<Buffer> {
  const gate = createGate(inflatingMax);
  return (c) => readBody(c, limits, gate);
}

type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets so many through at once; the others wait in order. */
function createGate(max: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else inside += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else inside -= 1;
    }
  };
}

async function readBody(c: Context<ApiEnv>, limits: BodyLimits, gate: Gate): Promise<Buffer> {
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new AppError('unsupported_media_type', { public: 'Send the body plain or with gzip.' });
  }
  const declared = Number(c.req.header('content-length') ?? 0);
  // Nothing was read yet: what is not wanted runs off while the sender reads why, and the connection stays of use.
  if (declared > limits.bytesMax) throw new AppError('body_too_large');
  const body = await withinTime(gather(c, limits.bytesMax), limits.readMsMax);
  if (encoding === 'identity') return body;
  try {
    return await gate(() => inflate(body, { maxOutputLength: limits.inflatedBytesMax }));
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new AppError('invalid_request', { public: 'The body is not valid gzip.', cause: error });
  }
}

/** The connection is closed after the answer: the rest of the body is not wanted. */
function tooLarge(): AppError {
  return new AppError('body_too_large', { headers: { connection: 'close' } });
}

async function gather(c: Context<ApiEnv>, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(c)) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1)
    return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
  return Buffer.concat(chunks, bytes);
}

/**
 * Node's own stream where there is a socket: going through a web stream costs a promise and a copy for every chunk.
 * It is not destroyed when we stop early, since the refusal has still to be sent on its socket.
 */
function chunksOf(c: Context<ApiEnv>): AsyncIterable<Uint8Array> {
  const incoming = c.env?.incoming;
  if (incoming !== undefined && 'iterator' in incoming) return incoming.iterator({ destroyOnReturn: false });
  return c.req.raw.body ?? new Blob([]).stream();
}

async function withinTime<T>(work: Promise<T>, msMax: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const headers = { connection: 'close' };
      reject(new AppError('invalid_request', { public: 'The body took too long to arrive.', headers }));
    }, msMax);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Loses the race when it is late; its own failure then interests nobody.
    work.catch(() => {});
  }
}
