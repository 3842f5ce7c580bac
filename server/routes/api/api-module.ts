/**
 * What all modules of the admin API share: how a request that does not fit is refused, what a change must look like,
 * and who acts. Each module is an app of its own with absolute paths; authentication ran before, in http/app.ts.
 */

import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import { jsonBodyOf } from '../../http/json-body.ts';
import type { OAuthActor } from '../../oauth/store.ts';
import type { Author } from '../../policies/administration.ts';
import type { Actor } from '../../storage/alerts.ts';

export type ApiModule = OpenAPIHono<ApiEnv>;

/** Settings with a thousand endpoints fit; nothing here needs more. */
const bodyBytesMax = 256 * 1024;

export function createApiModule(): ApiModule {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw misfit(result.error);
    },
  });
}

/** Names the first field that does not fit, in our words: what was sent is not repeated. */
function misfit(error: z.core.$ZodError): AppError {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const shown = /^[\w.]{1,60}$/.test(field) ? field : '';
  if (issue?.code === 'unrecognized_keys')
    return new AppError('invalid_request', { public: 'Unknown field.' });
  if (issue?.code === 'custom') return new AppError('invalid_request', { public: issue.message });
  return new AppError('invalid_request', {
    public: shown === '' ? undefined : `The field "${shown}" is missing or not valid.`,
  });
}

/** All documents of a version, at their longest. */
const largeBodyBytesMax = 2 * 1024 * 1024;

/** A form or text/plain needs no preflight, so only JSON may change anything (ASVS 3.5.2). */
const requireJson: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new AppError('unsupported_media_type');
  }
  await next();
};

/** Before every change that has a body. */
export const jsonOnly = [requireJson, jsonBodyOf(bodyBytesMax)];
/** The same, where the body is many texts. */
export const largeJsonOnly = [requireJson, jsonBodyOf(largeBodyBytesMax)];

/** Before a change without a body: one that is sent anyway may only be JSON. */
export const noBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const type = c.req.header('content-type');
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type))
    throw new AppError('unsupported_media_type');
  await next();
};

export function actorOf(c: Context<ApiEnv>): Actor {
  const { operatorId, name } = c.get('principal');
  return { operatorId, name, address: c.get('clientAddress') };
}

/** The same for the token service, where also a client can act. */
export function oauthActorOf(c: Context<ApiEnv>): OAuthActor {
  const { operatorId: id, name } = c.get('principal');
  return { id, name, address: c.get('clientAddress') };
}

/** Who changes policies or operators, and from where: an owner must be able to do it again from there. */
export function authorOf(c: Context<ApiEnv>, environment: string): Author {
  const { operatorId, address, deviceTrust } = c.get('principal');
  return { actor: actorOf(c), from: { operatorId, address, deviceTrust, environment } };
}

export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

export function jsonAnswer<T extends z.ZodType>(schema: T, description: string) {
  return { 200: { description, content: { 'application/json': { schema } } } } as const;
}

export const notFoundAnswer = { 404: { description: 'There is no such thing.' } } as const;
