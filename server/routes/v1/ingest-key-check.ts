/** The door of `/v1`: a valid ingest key, and nothing else, opens it. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { IngestKeys, VerifiedKey } from '../../collector/ingest-keys.ts';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';

/** RFC 6750 section 2.1; the scheme is case-insensitive (RFC 9110 section 11.1). */
const bearerPattern = /^bearer +([\x21-\x7e]{1,512})$/i;

/** @throws AppError `invalid_key`, whatever is wrong with it */
export function requireIngestKey(c: Context<ApiEnv>, ingestKeys: IngestKeys): VerifiedKey {
  const secret = bearerPattern.exec(c.req.header('authorization') ?? '')?.[1];
  const key = secret === undefined ? undefined : ingestKeys.verify(secret);
  if (key === undefined) {
    throw new AppError('invalid_key', { headers: { 'www-authenticate': 'Bearer realm="tidegate"' } });
  }
  return key;
}

/** How `/openapi.json` names this door. */
export const ingestKeySecurity = [{ ingestKey: [] }];

export function describeIngestKey(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'ingestKey', { type: 'http', scheme: 'bearer' });
}
