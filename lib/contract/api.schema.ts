/**
 * What the admin API takes: query parameters and bodies, parsed at the edge. Unknown fields and repeated parameters
 * are refused, every text has a length and every range a width. The answers' schemas are in api-answers.schema.ts.
 */

import { z } from 'zod';
import type { AlertStatus } from './alert.ts';
import type { IngestKeyDraft } from './console.ts';
import type { DetectorKind, Mode, Scope } from './decision.ts';
import { stringLengthsMax } from './event.ts';
import type { DetectionSettings } from './exception.ts';

/** Rows of one page at most. */
export const pageLimitMax = 200;
/** Alerts that one call may change. */
export const bulkMax = 200;
/** Widest chart: a week of minutes is 10,080 points. */
export const seriesMsMax = 7 * 24 * 60 * 60 * 1000;
/** A mute lasts at most 30 days: what should be quiet for longer is an exception. */
export const muteMsMax = 30 * 24 * 60 * 60 * 1000;
/** Method, a space, and the route template. */
const endpointNameMax = stringLengthsMax.endpoint + 8;
/** Endpoints with a mode of their own. */
const modeByEndpointMax = 1_000;

export const modeSchema = z.enum(['enforce', 'shadow']) satisfies z.ZodType<Mode>;

export const detectorKindSchema = z.enum([
  'rate_spike',
  'rate_drift',
  'pulse',
  'new_user_flood',
  'credential_stuffing',
  'object_enumeration',
  'bulk_read',
  'path_scan',
  'token_replay',
  'endpoint_novelty',
  'resource_abuse',
  'endpoint_latency',
  'endpoint_errors',
]) satisfies z.ZodType<DetectorKind>;

export const alertStatusSchema = z.enum([
  'open',
  'acknowledged',
  'resolved',
  'muted',
]) satisfies z.ZodType<AlertStatus>;

/** ms since the epoch, in a body: this century, so that seconds sent for milliseconds are noticed. */
const timeSchema = z.int().min(1_000_000_000_000).max(4_102_444_800_000);
/** The same in a query, where everything is text. */
export const timeText = z
  .string()
  .regex(/^\d{13}$/)
  .transform(Number);
const nameText = (lengthMax: number) => z.string().min(1).max(lengthMax);

export const userName = nameText(stringLengthsMax.user);
export const endpointName = nameText(endpointNameMax);
export const idText = z.string().regex(/^[a-z]{3}_[A-Za-z0-9_-]{1,100}$/);

const limitText = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(pageLimitMax))
  .default(50);
/** Names that a reader left out. */
export const withoutNames = z.array(nameText(stringLengthsMax.user)).max(20);
/** In a query, one a line. */
export const withoutText = z
  .string()
  .max(8_192)
  .transform((text) => text.split('\n'))
  .pipe(withoutNames)
  .optional();
/** Made by the server from the last row, whose name may be long. */
const cursorText = z.string().min(1).max(4_096).optional();

/** Of every list. */
export const pageQuery = { limit: limitText, cursor: cursorText };

export const noQuerySchema = z.strictObject({});

export const alertQuerySchema = z.strictObject({
  status: alertStatusSchema.optional(),
  kind: detectorKindSchema.optional(),
  user: userName.optional(),
  ip: nameText(stringLengthsMax.ip).optional(),
  endpoint: endpointName.optional(),
  text: nameText(200).optional(),
  without: withoutText,
  limit: limitText,
  cursor: cursorText,
});

export const listQuerySchema = z.strictObject({
  text: z.string().max(stringLengthsMax.user).default(''),
  sort: z.enum(['score', 'rate', 'requests', 'name', 'lastSeen']).default('score'),
  without: withoutText,
  limit: limitText,
  cursor: cursorText,
});

/** Without times: the last hour. */
const range = { fromMs: timeText.optional(), toMs: timeText.optional() };
export const userSeriesQuerySchema = z.strictObject({ endpoint: endpointName.optional(), ...range });
export const endpointQuerySchema = z.strictObject({ endpoint: endpointName });
export const endpointSeriesQuerySchema = z.strictObject({ endpoint: endpointName, ...range });

export const muteSchema = z.strictObject({ untilMs: timeSchema });

export const bulkSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.enum(['acknowledge', 'resolve', 'reopen']),
    ids: z.array(idText).min(1).max(bulkMax),
  }),
  z.strictObject({
    action: z.literal('mute'),
    ids: z.array(idText).min(1).max(bulkMax),
    untilMs: timeSchema,
  }),
]);

export const scopeSchema = z.strictObject({
  user: userName.optional(),
  endpoint: endpointName.optional(),
  ip: nameText(stringLengthsMax.ip).optional(),
  tokenId: nameText(stringLengthsMax.tokenId).optional(),
}) satisfies z.ZodType<Scope>;

export const exceptionDraftSchema = z
  .strictObject({
    scope: scopeSchema,
    kind: detectorKindSchema.optional(),
    reason: z.string().trim().min(1).max(500),
    expiresAt: timeSchema,
  })
  .refine(
    (draft) => draft.kind !== undefined || Object.values(draft.scope).some((value) => value !== undefined),
    {
      message: 'An exception needs a user, an endpoint, an address, a token or a kind.',
      path: ['scope'],
    },
  );

/** Ten years: longer than any key should live. */
const keyLifetimeDaysMax = 3_650;

export const ingestKeyDraftSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  lifetimeDays: z.int().min(1).max(keyLifetimeDaysMax).optional(),
}) satisfies z.ZodType<IngestKeyDraft>;

export const detectionSettingsSchema = z.strictObject({
  mode: modeSchema,
  modeByEndpoint: z
    .record(
      // With its method first, so that `__proto__` and its like cannot be a key.
      z
        .string()
        .max(endpointNameMax)
        .regex(/^[A-Z]+ \S/),
      modeSchema,
    )
    .refine((modes) => Object.keys(modes).length <= modeByEndpointMax, {
      message: `At most ${modeByEndpointMax} endpoints can have a mode of their own.`,
    }),
  baseLimit: z.number().min(1).max(1_000_000),
  sensitivity: z.number().min(1).max(100),
  falseAlarmBudget: z.number().min(0.5).max(50),
}) satisfies z.ZodType<DetectionSettings>;
