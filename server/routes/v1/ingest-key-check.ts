/** The door of `/v1`: a valid ingest key opens it, for what the policies let a service do. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { IngestKeys, VerifiedKey } from '../../collector/ingest-keys.ts';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import type { Action } from '../../policies/actions.table.ts';
import type { Authority } from '../../policies/authority.ts';

/** RFC 6750 section 2.1; the scheme is case-insensitive (RFC 9110 section 11.1). */
const bearerPattern = /^bearer +([\x21-\x7e]{1,512})$/i;

export interface KeyDoor {
  ingestKeys: IngestKeys;
  authority: Pick<Authority, 'decideService'>;
}

/** @throws AppError `invalid_key`, whatever is wrong with it; `forbidden` where the policies say no */
export function requireIngestKey(c: Context<ApiEnv>, door: KeyDoor, action: Action): VerifiedKey {
  const secret = bearerPattern.exec(c.req.header('authorization') ?? '')?.[1];
  const key = secret === undefined ? undefined : door.ingestKeys.verify(secret);
  if (key === undefined) {
    throw new AppError('invalid_key', { headers: { 'www-authenticate': 'Bearer realm="tidegate"' } });
  }
  const service = { kind: 'service', id: key.keyId, name: key.keyId, serviceKind: 'ingest_key' } as const;
  const { outcome } = door.authority.decideService(service, action, c.get('clientAddress'));
  if (outcome !== 'allow') throw new AppError('forbidden', { internal: `${key.keyId} may not ${action}` });
  return key;
}

/** How `/openapi.json` names this door. */
export const ingestKeySecurity = [{ ingestKey: [] }];

export function describeIngestKey(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'ingestKey', { type: 'http', scheme: 'bearer' });
}
