/**
 * Every error of the API leaves here: RFC 9457 problem details with a stable code, a public text and the request's id.
 * What is not an AppError is a defect: the client learns only that, the log gets the rest.
 */

import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type Problem, problemContentType, problems } from '../../lib/contract/errors.ts';
import type { Log } from '../observe/log.ts';
import { isDiskFull, isUnreachable } from '../storage/database.ts';
import { AppError } from './app-error.ts';
import type { ApiEnv } from './env.ts';

/** The body of a problem answer. */
export function problemOf(error: AppError, requestId: string): Problem {
  return {
    ...error.members,
    type: `https://tidegate.dev/problems/${error.code}`,
    title: problems[error.code].title,
    status: error.status,
    code: error.code,
    ...(error.publicDetail === undefined ? {} : { detail: error.publicDetail }),
    requestId,
  };
}

export function problemResponse(error: AppError, requestId: string): Response {
  return new Response(JSON.stringify(problemOf(error, requestId)), {
    status: error.status,
    headers: { 'content-type': problemContentType, 'cache-control': 'no-store', ...error.headers },
  });
}

/** Turns whatever was thrown into an AppError. Hono's own exceptions carry a status and nothing that may leak. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status < 500) {
    return new AppError(error.status === 413 ? 'body_too_large' : 'invalid_request', {
      internal: error.message,
      cause: error,
    });
  }
  // The caller left while its body came in. Nobody reads the answer, and nothing of ours is broken.
  if (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ECONNRESET' &&
    error.message === 'aborted'
  ) {
    return new AppError('invalid_request', { internal: 'the caller left' });
  }
  if (isDiskFull(error)) {
    return new AppError('storage_full', { public: 'Make room on it, then try again.', cause: error });
  }
  if (isUnreachable(error)) {
    return new AppError('unavailable', {
      public: 'The database is not answering. Try again shortly.',
      cause: error,
    });
  }
  return new AppError('internal', {
    internal: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}

export function onError(log: Log): ErrorHandler<ApiEnv> {
  return (thrown, c) => {
    const error = asAppError(thrown);
    const requestId = c.get('requestId');
    // A full disk is told once when it begins, not for each sender that tries again.
    const isDefect = error.status >= 500 && error.code !== 'storage_full';
    if (isDefect) log.error({ err: error, code: error.code, requestId }, 'request failed');
    else log.debug({ code: error.code, internal: error.message, requestId }, 'request refused');
    return problemResponse(error, requestId);
  };
}

export const onNotFound: NotFoundHandler<ApiEnv> = (c: Context<ApiEnv>) =>
  problemResponse(new AppError('not_found'), c.get('requestId'));
