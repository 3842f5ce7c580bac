/** Bodies and answers of the sign-in routes, as lib/contract/identity.ts says them. */

import { z } from '@hono/zod-openapi';
import type { SessionGrant } from '../../../lib/contract/console.ts';
import type { Ceremony, CeremonyFinish, SessionState, SetupBegin } from '../../../lib/contract/identity.ts';

/** Text that people read: no control characters, and none that turn the direction of what follows. */
const displayName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);

export const setupBeginSchema = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  name: displayName,
}) satisfies z.ZodType<SetupBegin>;

export const emptySchema = z.strictObject({});

export const ceremonyFinishSchema = z.strictObject({
  ceremonyId: z.string().regex(/^cer_[A-Za-z0-9_-]{22}$/),
  response: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<CeremonyFinish>;

export const ceremonySchema = z.object({
  ceremonyId: z.string(),
  options: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<Ceremony>;

export const operatorSchema = z.object({ id: z.string(), name: z.string() });

export const sessionGrantSchema = z.object({
  accessToken: z.string(),
  expiresAt: z.int(),
  operator: operatorSchema,
}) satisfies z.ZodType<SessionGrant>;

export const sessionStateSchema = z.object({ setupNeeded: z.boolean() }) satisfies z.ZodType<SessionState>;

export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

export function jsonAnswer<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}
