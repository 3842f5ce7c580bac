/** A request and its response as Node's http module has them: what Express, Fastify and Hono on Node stand on. */

import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { callerLeftStatus, type Observation, type RequestFacts } from './observe.ts';
import type { Refusal } from './refusal.ts';

export interface NodeRequest {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
  httpVersionMajor?: number;
  socket: { remoteAddress?: string | undefined; bytesWritten?: number };
}

export interface NodeResponse {
  statusCode: number;
  headersSent: boolean;
  getHeader(name: string): OutgoingHttpHeaders[string];
  once(event: 'finish' | 'close', listener: () => void): unknown;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body?: string): unknown;
}

export function nodeFacts(request: NodeRequest, path: string, template: string | undefined): RequestFacts {
  return {
    method: request.method ?? 'GET',
    path,
    template,
    socketAddress: request.socket.remoteAddress,
    header: (name) => textOf(request.headers[name]),
  };
}

/**
 * Ends the observation when the response does, however it does: sent, cut off by the caller, or destroyed.
 * @param lateTemplate asked at the end, for frameworks that know the route only then
 */
export function endWithResponse(
  observation: Observation,
  request: NodeRequest,
  response: NodeResponse,
  lateTemplate: () => string | undefined,
): void {
  const { socket, httpVersionMajor = 1 } = request;
  // From HTTP/2 on, many responses share the socket, and what went through it says nothing about this one.
  const written = () => (httpVersionMajor > 1 ? Number.NaN : (socket.bytesWritten ?? Number.NaN));
  const writtenBefore = written();
  const end = (): void => {
    observation.end({
      status: response.headersSent ? response.statusCode : callerLeftStatus,
      bytes: bodyBytes(response, written() - writtenBefore),
      lateTemplate,
    });
  };
  response.once('finish', end);
  response.once('close', end);
}

/** What went through the socket is the body, its framing when streamed, and the head, which is taken off again. */
function bodyBytes(response: NodeResponse, onSocket: number): number | undefined {
  const length = Number(response.getHeader('content-length') ?? Number.NaN);
  if (!Number.isNaN(length)) return length;
  if (Number.isNaN(onSocket)) return undefined;
  const head = '_header' in response && typeof response._header === 'string' ? response._header.length : 0;
  return Math.max(0, onSocket - head);
}

export function answerRefusal(response: NodeResponse, refusal: Refusal): void {
  const length = String(Buffer.byteLength(refusal.body));
  response.writeHead(refusal.status, { ...refusal.headers, 'content-length': length });
  response.end(refusal.body);
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
