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

const apiPrefixes = [
  ...['/v1/', '/api/', '/oauth/', '/.well-known/'],
  ...['/healthz', '/readyz', '/metrics', '/openapi.json', cspReportPath],
];

/** A client that has not sent its headers after this long is cut (slow-header attacks). */
const headersTimeoutMs = 10_000;
/** A whole request takes at most this long to arrive (slow-body attacks); a full batch on a poor link takes seconds. */
const requestTimeoutMs = 30_000;
/** Node looks for those that are late once in half a minute by default, which would be the real limit. */
const checkEveryMs = 2_500;
/** Sockets at once: far above any real fleet, below the usual limit of file descriptors. */
const connectionsMax = 8_192;
/** All headers together (16 KiB): tokens and proofs are about 2 KiB. */
const headerBytesMax = 16 * 1024;

export function createDispatcher(deps: DispatcherDeps): Server {
  const fixedHeaders = Object.entries(securityHeaders(deps.headers));

  const server = createServer(
    {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: checkEveryMs,
    },
    (request, response) => {
      const nonce = createNonce();
      const policy = contentSecurityPolicy(nonce, deps.headers);
      for (const [name, value] of fixedHeaders) response.setHeader(name, value);
      response.setHeader('content-security-policy', policy);
      const path = pathOf(request);
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
    },
  );
  server.maxConnections = connectionsMax;
  server.on('clientError', refuseUnreadable);
  // Node's own answer to an expectation that is not `100-continue` says nothing.
  server.on('checkExpectation', (_request, response) => refuse(response, 'invalid_request'));
  server.on('upgrade', (request, socket, head) => {
    // A peer that resets while it is being refused must not end the process.
    socket.on('error', () => socket.destroy());
    const path = pathOf(request);
    if (path.startsWith('/socket.io/')) return deps.socket(request, socket, head);
    if (deps.shellUpgrade !== undefined && path.startsWith('/_next/')) {
      return deps.shellUpgrade(request, socket, head);
    }
    socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  return server;
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
  response.writeHead(error.status, { ...headers, 'content-type': problemContentType }).end(body);
}

/** What is no HTTP at all, or did not arrive in time. The parser has given up, so the answer is written by hand. */
function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const reason =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const body = JSON.stringify({
    ...problemOf(new AppError('invalid_request'), randomUUID()),
    status: Number(reason.slice(0, 3)),
  });
  socket.end(
    `HTTP/1.1 ${reason}\r\nconnection: close\r\ncontent-type: ${problemContentType}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
