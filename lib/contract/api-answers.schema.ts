/** What the admin API answers, for its OpenAPI description; each schema is held to its plain type in console.ts. */

import { z } from 'zod';
import type { Alert, Evidence } from './alert.ts';
import { alertStatusSchema, detectorKindSchema, modeSchema, scopeSchema } from './api.schema.ts';
import type {
  AlertDetail,
  AlertSummary,
  EndpointDetail,
  EndpointSummary,
  IngestKey,
  IngestKeyCreated,
  LiveSnapshot,
  Surprise,
  Totals,
  TrafficPoint,
  TrafficSeries,
  UserDetail,
  UserSummary,
} from './console.ts';
import type { Baseline, Conclusion, Throttle } from './decision.ts';
import { eventSchema } from './event.schema.ts';
import type { Exception } from './exception.ts';

const number = z.number();
/** ms since the epoch. */
const time = z.number();

const conclusionSchema = z.enum(['allow', 'throttle', 'step_up', 'deny']) satisfies z.ZodType<Conclusion>;

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: number, nextCursor: z.string().optional() });
}

export const trafficPointSchema = z.object({
  at: time,
  requests: number,
  refused: number,
  alerts: number,
  expected: number.optional(),
  lower: number.optional(),
  upper: number.optional(),
}) satisfies z.ZodType<TrafficPoint>;

export const trafficSeriesSchema = z.object({
  bucketMs: number,
  since: time.optional(),
  points: z.array(trafficPointSchema),
}) satisfies z.ZodType<TrafficSeries>;

export const throttleSchema = z.object({
  id: z.string(),
  scope: scopeSchema,
  conclusion: z.enum(['throttle', 'step_up', 'deny']),
  kind: detectorKindSchema,
  limitPerMinute: number.optional(),
  alertId: z.string(),
  mode: modeSchema,
  createdAt: time,
  expiresAt: time,
}) satisfies z.ZodType<Throttle>;

const evidenceSchema = z.object({
  measure: z.string(),
  text: z.string(),
  observed: number,
  expected: number,
  lower: number,
  upper: number,
  windowMs: number,
  sampleCount: number,
  weight: number,
}) satisfies z.ZodType<Evidence>;

export const alertSummarySchema = z.object({
  id: z.string(),
  kind: detectorKindSchema,
  scope: scopeSchema,
  summary: z.string(),
  conclusion: conclusionSchema,
  mode: modeSchema,
  requestCount: number,
  refusedCount: number,
  openedAt: time,
  lastSeenAt: time,
  endedAt: time.optional(),
  status: alertStatusSchema,
  owasp: z.string(),
  mutedUntil: time.optional(),
  statusChangedAt: time.optional(),
  statusChangedBy: z.string().optional(),
}) satisfies z.ZodType<AlertSummary>;

const alertSchema = alertSummarySchema.extend({
  evidence: z.array(evidenceSchema),
  exampleEvents: z.array(eventSchema),
}) satisfies z.ZodType<Alert>;

export const alertDetailSchema = z.object({
  alert: alertSchema,
  series: trafficSeriesSchema,
  throttles: z.array(throttleSchema),
  timeline: z.array(z.object({ at: time, by: z.string(), what: z.string() })),
}) satisfies z.ZodType<AlertDetail>;

/** The alerts that were named and exist, as they are now. */
export const alertsChangedSchema = z.object({ items: z.array(alertSummarySchema) });

const surpriseSchema = z.object({
  user: z.string(),
  endpoint: z.string(),
  ratePerMinute: number,
  expectedPerMinute: number,
  upperPerMinute: number,
  score: number,
  conclusion: conclusionSchema,
}) satisfies z.ZodType<Surprise>;

const totalsSchema = z.object({
  openAlerts: number,
  newAlerts: number,
  usersInTrouble: number,
  usersActive: number,
  eventsTotal: number,
}) satisfies z.ZodType<Totals>;

export const liveSnapshotSchema = z.object({
  traffic: trafficSeriesSchema,
  surprises: z.array(surpriseSchema),
  throttles: z.array(throttleSchema),
  totals: totalsSchema,
  mode: modeSchema,
  degraded: z.array(z.string()),
}) satisfies z.ZodType<LiveSnapshot>;

const baselineSchema = z.object({
  user: z.string(),
  endpoint: z.string(),
  requestsTotal: number,
  ratePerMinute: number,
  expectedPerMinute: number,
  upperPerMinute: number,
  limitPerMinute: number,
  sampleCount: number,
  confidence: number,
}) satisfies z.ZodType<Baseline>;

const pairSchema = baselineSchema.extend({ score: number, lastSeenAt: time });

export const userSummarySchema = z.object({
  user: z.string(),
  requestsTotal: number,
  ratePerMinute: number,
  expectedPerMinute: number,
  endpoints: number,
  lastSeenAt: time,
  throttled: z.boolean(),
  openAlerts: number,
}) satisfies z.ZodType<UserSummary>;

export const userDetailSchema = z.object({
  summary: userSummarySchema,
  endpoints: z.array(pairSchema),
  throttles: z.array(throttleSchema),
  alerts: z.array(alertSummarySchema),
}) satisfies z.ZodType<UserDetail>;

export const endpointSummarySchema = z.object({
  endpoint: z.string(),
  requestsTotal: number,
  ratePerMinute: number,
  expectedPerMinute: number,
  users: number,
  errorShare: number,
  lastSeenAt: time,
  mode: modeSchema,
  openAlerts: number,
}) satisfies z.ZodType<EndpointSummary>;

export const endpointDetailSchema = z.object({
  summary: endpointSummarySchema,
  users: z.array(pairSchema),
  cohort: z.object({ medianPerMinute: number, highPerMinute: number, users: number }),
  throttles: z.array(throttleSchema),
  alerts: z.array(alertSummarySchema),
}) satisfies z.ZodType<EndpointDetail>;

export const exceptionSchema = z.object({
  id: z.string(),
  scope: scopeSchema,
  kind: detectorKindSchema.optional(),
  reason: z.string(),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time,
}) satisfies z.ZodType<Exception>;

export const ingestKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  createdAt: time,
  createdBy: z.string(),
  lastUsedAt: time.optional(),
  revokedAt: time.optional(),
  expiresAt: time.optional(),
  fromEnvironment: z.boolean().optional(),
}) satisfies z.ZodType<IngestKey>;

export const ingestKeyCreatedSchema = z.object({
  key: ingestKeySchema,
  secret: z.string(),
}) satisfies z.ZodType<IngestKeyCreated>;
