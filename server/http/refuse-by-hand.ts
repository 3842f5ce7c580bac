/**
 * The answer to what never became a request, or was refused to become a socket. There is no response to set anything
 * on, so it is written by hand, with the headers that every other answer carries.
 */

import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ProblemCode, problemContentType, problems } from '../../lib/contract/errors.ts';
import { AppError } from './app-error.ts';
import { problemOf } from './problem.ts';
import { contentSecurityPolicy, createNonce, securityHeaders } from './security-headers.ts';

/** @param status where HTTP has a better one than the problem's own, as 431 */
export type RefuseByHand = (socket: Duplex, code: ProblemCode, status?: number) => void;

export function createRefuseByHand(options: { https: boolean }): RefuseByHand {
  const fixed = {
    ...securityHeaders({ ...options, dev: false }),
    connection: 'close',
    'cache-control': 'no-store',
    'content-type': problemContentType,
  };
  return (socket, code, status = problems[code].status) => {
    if (!socket.writable) return void socket.destroy();
    const body = JSON.stringify({ ...problemOf(new AppError(code), randomUUID()), status });
    const headers = {
      ...fixed,
      'content-security-policy': contentSecurityPolicy(createNonce(), { ...options, dev: false }),
      'content-length': body.length,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  };
}
