/**
 * One HTTP server for everything, and the only owner of `upgrade`. A path decides who answers: the API, the console's
 * socket, its built files, or Next's shell. Next is given an HTTP server that never listens, since it adds an upgrade listener to
 * whatever server it knows and closes sockets that are not its own.
 */

import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { type ProblemCode, problemContentType } from '../../lib/contract/errors.ts';
import { AppError } from './app-error.ts';
import { problemOf } from './problem.ts';
import { createRefuseByHand } from './refuse-by-hand.ts';
import {
  contentSecurityPolicy,
  createNonce,
  cspReportPath,
  type HeaderOptions,
  securityHeaders,
} from './security-headers.ts';
import { isShellRequest } from './shell-request.ts';
import { staticPrefix } from './static-files.ts';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface DispatcherDeps {
  api: RequestListener;
  shell: RequestListener;
  /** Undefined in development, where Next makes the files as they are asked for. */
  staticFiles: RequestListener | undefined;
  socket: UpgradeHandler;
  /** Next's hot reload in development; refused otherwise. */
  shellUpgrade: UpgradeHandler | undefined;
  publicUrl: URL;
  headers: HeaderOptions;
}

/** For sockets alone: asked as an ordinary request, there is nothing. */
const socketPath = '/socket.io/';
const apiPrefixes = [
  ...['/v1/', '/api/', '/oauth/', '/.well-known/', socketPath],
  ...['/healthz', '/readyz', '/metrics', '/openapi.json', cspReportPath],
];

/** A client that has not sent its headers after this long is cut (slow-header attacks). */
const headersTimeoutMs = 10_000;
/** A whole request takes at most this long to arrive (slow-body attacks); a full batch on a poor link takes seconds. */
const requestTimeoutMs = 30_000;
/** Node looks for those that are late once in half a minute by default, which would be the real limit. */
const checkEveryMs = 2_500;
/** A connection on which nothing moves for this long is cut: whoever asked has stopped to read. Streams ping more often. */
const idleMsMax = 60_000;
/** Requests of one connection that wait for their answers. Nobody sends many ahead; a flood in one packet is as cheap. */
const pipelinedMax = 16;
/** Sockets at once: far above any real fleet, below the usual limit of file descriptors. */
const connectionsMax = 8_192;
/** All headers together (16 KiB): tokens and proofs are about 2 KiB. */
const headerBytesMax = 16 * 1024;

export function createDispatcher(deps: DispatcherDeps): Server {
  const fixedHeaders = Object.entries(securityHeaders(deps.headers));
  const refuseByHand = createRefuseByHand(deps.headers);
  const answer = createAnswer(deps);
  const isWelcome = createPipelineLimit();

  const dress = (response: ServerResponse): Dress => {
    const nonce = createNonce();
    const policy = contentSecurityPolicy(nonce, deps.headers);
    for (const [name, value] of fixedHeaders) response.setHeader(name, value);
    response.setHeader('content-security-policy', policy);
    return { nonce, policy };
  };
  const server = createServer(
    {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: checkEveryMs,
      // Node's own answer to a request without one carries nothing of ours; `answer` refuses it.
      requireHostHeader: false,
      // Whoever offers another protocol (`h2c`, as some clients do with every request) is answered in this one.
      shouldUpgradeCallback: (request) => upgradeFor(request) !== undefined,
    },
    (request, response) => {
      if (!isWelcome(request, response)) return;
      answer(request, response, dress(response));
    },
  );
  server.maxConnections = connectionsMax;
  server.setTimeout(idleMsMax);
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    refuseByHand(socket, 'invalid_request', unreadable[error.code ?? '']);
  });
  // Node's own answer to an expectation that is not `100-continue` says nothing.
  server.on('checkExpectation', (_request, response) => {
    dress(response);
    refuse(response, 'invalid_request');
  });
  const upgradeFor = (request: IncomingMessage): UpgradeHandler | undefined => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
    const path = pathOf(request);
    if (path.startsWith(socketPath)) return deps.socket;
    return path.startsWith('/_next/') ? deps.shellUpgrade : undefined;
  };
  server.on('upgrade', (request, socket, head) => {
    // A peer that resets while it is being refused must not end the process.
    socket.on('error', () => socket.destroy());
    upgradeFor(request)?.(request, socket, head);
  });
  return server;
}

/** What every answer carries that is new each time. */
interface Dress {
  nonce: string;
  policy: string;
}

/** The path decides who answers. */
function createAnswer(
  deps: DispatcherDeps,
): (request: IncomingMessage, response: ServerResponse, dress: Dress) => void {
  return (request, response, { nonce, policy }) => {
    const path = pathOf(request);
    if (!URL.canParse(`http://${request.headers.host ?? ''}`)) return refuse(response, 'invalid_request');
    if (isApi(path)) return deps.api(request, response);
    if (!isShellRequest(request)) return refuse(response, 'invalid_request');
    if (redirectsToPublicUrl(request, deps.publicUrl)) return redirect(response, path, deps.publicUrl);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 'method_not_allowed', { allow: 'GET, HEAD' });
    if (deps.staticFiles !== undefined && path.startsWith(staticPrefix)) {
      return deps.staticFiles(request, response);
    }
    // Next takes the nonce for its own scripts from the request's policy; a caller's value must not reach it.
    request.headers['content-security-policy'] = policy;
    request.headers['x-nonce'] = nonce;
    deps.shell(request, response);
  };
}

/** All that came in one packet is parsed at once, and each answer that is not read lies in memory until it is. */
function createPipelineLimit(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const waiting = new WeakMap<object, number>();
  return ({ socket }, response) => {
    const ofSocket = (waiting.get(socket) ?? 0) + 1;
    if (ofSocket > pipelinedMax) {
      socket.destroy();
      return false;
    }
    waiting.set(socket, ofSocket);
    response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    return true;
  };
}

function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '/';
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
}

function isApi(path: string): boolean {
  return apiPrefixes.some((prefix) =>
    prefix.endsWith('/') ? `${path}/`.startsWith(prefix) : path === prefix,
  );
}

/** Passkeys work on the public URL's host only; a person who typed 127.0.0.1 is sent to localhost. */
function redirectsToPublicUrl(request: IncomingMessage, publicUrl: URL): boolean {
  const host = request.headers.host ?? '';
  return (
    request.method === 'GET' &&
    publicUrl.hostname === 'localhost' &&
    /^(127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host) &&
    (request.headers.accept ?? '').includes('text/html')
  );
}

function redirect(response: ServerResponse, path: string, publicUrl: URL): void {
  // Only the path is kept, and resolved as a path: `//evil` must not become another host.
  const location = `${publicUrl.origin}/${path.replace(/^[/\\]+/, '')}`;
  response.writeHead(307, { location, 'cache-control': 'no-store' }).end();
}

function refuse(response: ServerResponse, code: ProblemCode, headers: OutgoingHttpHeaders = {}): void {
  const error = new AppError(code);
  const body = JSON.stringify(problemOf(error, randomUUID()));
  const fixed = { 'content-type': problemContentType, 'cache-control': 'no-store' };
  response.writeHead(error.status, { ...headers, ...fixed }).end(body);
}

/** What is no HTTP at all, or did not arrive in time; 400 for the rest. */
const unreadable: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
