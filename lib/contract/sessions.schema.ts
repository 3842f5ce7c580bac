/** Queries, bodies and answers of token administration, held to their plain types in sessions.ts. */

import { z } from 'zod';
import { pageQuery, timeText, withoutNames, withoutText } from './api.schema.ts';
import type {
  RevocationPreview,
  RevocationTarget,
  SessionDetail,
  SessionFilter,
  SessionSummary,
  SessionsRevoked,
  TokenEvent,
} from './sessions.ts';

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{1,64}$`));
const holder = z.enum(['operator', 'user', 'client']);
const status = z.enum(['live', 'expired', 'revoked']);
export const familyId = id('fam');

const filterFields = {
  holder: holder.optional(),
  operatorId: id('opr').optional(),
  user: id('cal').optional(),
  clientId: z.union([z.literal('console'), id('cli')]).optional(),
  deviceId: id('dev').optional(),
  address: z.string().min(1).max(64).optional(),
  status: status.optional(),
  text: z.string().min(1).max(200).optional(),
};

const percent = z.number().min(0).max(100);

/** In a body. */
const sessionFilterSchema = z.strictObject({
  ...filterFields,
  riskMin: percent.optional(),
  unusedSince: z.int().min(0).max(4_102_444_800_000).optional(),
  without: withoutNames.optional(),
}) satisfies z.ZodType<SessionFilter>;

/** In a query, where everything is text. */
export const sessionQuerySchema = z.strictObject({
  ...filterFields,
  riskMin: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(percent)
    .optional(),
  unusedSince: timeText.optional(),
  without: withoutText,
  ...pageQuery,
});

export const revocationTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('token'), tokenId: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/) }),
  z.strictObject({ kind: z.literal('family'), id: familyId }),
  z.strictObject({ kind: z.literal('operator'), id: id('opr') }),
  z.strictObject({ kind: z.literal('user'), id: id('cal') }),
  z.strictObject({ kind: z.literal('client'), id: id('cli') }),
  z.strictObject({ kind: z.literal('filter'), filter: sessionFilterSchema }),
  z.strictObject({ kind: z.literal('everything') }),
]) satisfies z.ZodType<RevocationTarget>;

const number = z.number();
const named = z.object({ id: z.string(), name: z.string() });

export const sessionSummarySchema = z.object({
  id: z.string(),
  holder: named.extend({ kind: holder }),
  client: named.optional(),
  device: z.object({ id: z.string().optional(), name: z.string() }).optional(),
  address: z.string(),
  userAgent: z.string(),
  createdAt: number,
  lastUsedAt: number,
  expiresAt: number,
  status,
  revokedAt: number.optional(),
  revokedReason: z.string().optional(),
  rotations: number,
  risk: number,
  riskReasons: z.array(z.string()),
  current: z.boolean(),
}) satisfies z.ZodType<SessionSummary>;

export const sessionDetailSchema = z.object({
  session: sessionSummarySchema,
  timeline: z.array(
    z.object({
      at: number,
      kind: z.enum(['issued', 'rotated', 'reused', 'revoked']),
      seq: number,
      address: z.string().optional(),
      reason: z.string().optional(),
    }) satisfies z.ZodType<TokenEvent>,
  ),
}) satisfies z.ZodType<SessionDetail>;

export const revocationPreviewSchema = z.object({
  operation: z.string(),
  families: number,
  operators: number,
  users: number,
  clients: number,
  includesCurrent: z.boolean(),
}) satisfies z.ZodType<RevocationPreview>;

export const sessionsRevokedSchema = z.object({ families: number }) satisfies z.ZodType<SessionsRevoked>;
