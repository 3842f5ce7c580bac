/** Queries and answers of the audit log, held to their plain types in audit.ts. */

import { z } from 'zod';
import { pageQuery, timeText, withoutText } from './api.schema.ts';
import type { AuditFilter, AuditRecord, AuditVerification } from './audit.ts';

const word = z.string().min(1).max(200);
const outcome = z.enum(['done', 'refused']);

export const auditFilterSchema = z.strictObject({
  actor: word.optional(),
  action: z
    .string()
    .regex(/^[a-z_]{1,40}(\.[a-z_]{1,40})?$/)
    .optional(),
  target: word.optional(),
  outcome: outcome.optional(),
  address: z.string().min(1).max(64).optional(),
  fromMs: timeText.optional(),
  toMs: timeText.optional(),
  text: word.optional(),
  without: withoutText,
}) satisfies z.ZodType<AuditFilter>;

export const auditQuerySchema = auditFilterSchema.extend(pageQuery);

export const auditRecordSchema = z.object({
  seq: z.number(),
  at: z.number(),
  actor: z.string(),
  actorName: z.string().optional(),
  action: z.string(),
  target: z.string(),
  outcome,
  address: z.string(),
  policyVersion: z.number().optional(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
}) satisfies z.ZodType<AuditRecord>;

export const auditVerificationSchema = z.object({
  entries: z.number(),
  brokenAtSeq: z.number().optional(),
  problem: z.string().optional(),
  headSeq: z.number(),
  anchorSeq: z.number().optional(),
}) satisfies z.ZodType<AuditVerification>;
