/** Bodies and answers of the routes about policies, held to the plain types in policies.ts. */

import { z } from 'zod';
import {
  type PolicyChange,
  type PolicyDraft,
  type PolicyDryRun,
  type PolicyMistake,
  type PolicyOutcome,
  type PolicyOverview,
  type PolicyPublication,
  type PolicyRestoration,
  type PolicyText,
  type PolicyVerdict,
  type PolicyVersion,
  type PolicyVersionSummary,
  policyLimits,
} from './policies.ts';

export const policyOutcomeSchema = z.enum(['allow', 'step_up', 'deny']) satisfies z.ZodType<PolicyOutcome>;

export const policyTextSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  text: z.string().max(policyLimits.textCharsMax),
}) satisfies z.ZodType<PolicyText>;

const policies = z
  .array(policyTextSchema)
  .min(1)
  .max(policyLimits.documentsMax)
  .refine((documents) => new Set(documents.map(({ name }) => name)).size === documents.length, {
    message: 'Two documents have the same name.',
  });
const comment = z.string().trim().min(1).max(policyLimits.commentCharsMax);
const version = z.int().min(0).max(1_000_000);

export const policyDraftSchema = z.strictObject({ policies }) satisfies z.ZodType<PolicyDraft>;
export const policyPublicationSchema = z.strictObject({
  policies,
  comment,
  basedOn: version,
}) satisfies z.ZodType<PolicyPublication>;
export const policyRestorationSchema = z.strictObject({
  version,
  comment,
  basedOn: version,
}) satisfies z.ZodType<PolicyRestoration>;

const summary = {
  version: z.number(),
  comment: z.string(),
  createdAt: z.number(),
  createdByName: z.string(),
  restores: z.number().optional(),
  current: z.boolean(),
};
const policyVersionSummarySchema = z.object(summary) satisfies z.ZodType<PolicyVersionSummary>;
export const policyVersionSchema = z.object({
  ...summary,
  policies: z.array(z.object({ name: z.string(), text: z.string() })),
}) satisfies z.ZodType<PolicyVersion>;

export const policyOverviewSchema = z.object({
  current: policyVersionSchema,
  versions: z.array(policyVersionSummarySchema),
  schema: z.string(),
  actions: z.array(z.object({ name: z.string(), groups: z.array(z.string()), resource: z.string() })),
}) satisfies z.ZodType<PolicyOverview>;

const policyMistakeSchema = z.object({
  document: z.string(),
  message: z.string(),
  line: z.number().optional(),
  column: z.number().optional(),
  text: z.string().optional(),
}) satisfies z.ZodType<PolicyMistake>;

export const policyVerdictSchema = z.object({
  mistakes: z.array(policyMistakeSchema),
  warnings: z.array(policyMistakeSchema),
}) satisfies z.ZodType<PolicyVerdict>;

const policyChangeSchema = z.object({
  action: z.string(),
  principal: z.object({
    kind: z.enum(['operator', 'service']),
    id: z.string(),
    name: z.string(),
    role: z.string(),
  }),
  resource: z.object({ type: z.string(), id: z.string() }),
  from: policyOutcomeSchema,
  to: policyOutcomeSchema,
  count: z.number(),
  lastAt: z.number(),
  policies: z.array(z.string()),
}) satisfies z.ZodType<PolicyChange>;

export const policyDryRunSchema = z.object({
  verdict: policyVerdictSchema,
  requests: z.number(),
  distinct: z.number(),
  sinceAt: z.number(),
  changes: z.array(policyChangeSchema),
  changedRequests: z.number(),
}) satisfies z.ZodType<PolicyDryRun>;
