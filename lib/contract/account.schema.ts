/** Bodies and answers around an operator's own access, held to their plain types in account.ts. */

import { z } from 'zod';
import type {
  AccountNotice,
  Device,
  DeviceFinish,
  DeviceList,
  DeviceName,
  EnrolGrant,
  OperatorDevice,
  RecoveryCodes,
  RecoveryLink,
  RecoveryLinkCreated,
  RecoveryLinkDraft,
  RecoveryRedeem,
  RecoveryState,
} from './account.ts';
import { pageQuery } from './api.schema.ts';
import type { StepUpBegin } from './identity.ts';

/** Text that people read: no control characters, and none that turn the direction of what follows. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);

const number = z.number();
/** ms since the epoch. */
const time = z.number();
const person = z.object({ id: z.string(), name: z.string() });

const ceremonyId = z.string().regex(/^cer_[A-Za-z0-9_-]{22}$/);
export const deviceId = z.string().regex(/^dev_[A-Za-z0-9_-]{1,64}$/);
export const operatorId = z.string().regex(/^opr_[A-Za-z0-9_-]{1,64}$/);
export const recoveryId = z.string().regex(/^rec_[A-Za-z0-9_-]{1,64}$/);

export const stepUpBeginSchema = z.strictObject({
  operation: z.string().regex(/^[a-z_]{1,40}\.[a-z_]{1,40}( [\x21-\x7e]{1,200})?$/),
}) satisfies z.ZodType<StepUpBegin>;

export const deviceNameSchema = z.strictObject({ name: displayName }) satisfies z.ZodType<DeviceName>;

export const deviceFinishSchema = z.strictObject({
  ceremonyId,
  response: z.record(z.string(), z.unknown()),
  name: displayName.optional(),
}) satisfies z.ZodType<DeviceFinish>;

export const operatorDevicesQuerySchema = z.strictObject({ operatorId: operatorId.optional(), ...pageQuery });

export const recoveryLinkDraftSchema = z.strictObject({ operatorId }) satisfies z.ZodType<RecoveryLinkDraft>;

export const recoveryRedeemSchema = z.union([
  z.strictObject({ code: z.string().min(1).max(64) }),
  z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
]) satisfies z.ZodType<RecoveryRedeem>;

export const deviceSchema = z.object({
  id: z.string(),
  name: z.string(),
  authenticator: z.string().optional(),
  createdAt: time,
  lastUsedAt: time.optional(),
  lastAddress: z.string().optional(),
  kind: z.enum(['synced', 'device_bound']),
  backedUp: z.boolean(),
  cloneSuspectedAt: time.optional(),
  sessions: number,
  current: z.boolean(),
}) satisfies z.ZodType<Device>;

export const deviceListSchema = z.object({
  items: z.array(deviceSchema),
  addAnother: z.boolean(),
  signal: z.object({
    rpId: z.string(),
    userId: z.string(),
    allAcceptedCredentialIds: z.array(z.string()),
    name: z.string(),
    displayName: z.string(),
  }),
}) satisfies z.ZodType<DeviceList>;

export const operatorDeviceSchema = deviceSchema.extend({
  operator: person,
}) satisfies z.ZodType<OperatorDevice>;

export const recoveryStateSchema = z.object({
  codesLeft: number,
  codesCreatedAt: time.optional(),
}) satisfies z.ZodType<RecoveryState>;

export const recoveryCodesSchema = z.object({
  codes: z.array(z.string()),
  createdAt: time,
}) satisfies z.ZodType<RecoveryCodes>;

export const recoveryLinkSchema = z.object({
  id: z.string(),
  operator: person,
  createdBy: z.string(),
  createdAt: time,
  expiresAt: time,
}) satisfies z.ZodType<RecoveryLink>;

export const recoveryLinkCreatedSchema = z.object({
  recovery: recoveryLinkSchema,
  link: z.string(),
}) satisfies z.ZodType<RecoveryLinkCreated>;

export const enrolGrantSchema = z.object({
  accessToken: z.string(),
  expiresAt: time,
  operator: person,
}) satisfies z.ZodType<EnrolGrant>;

export const accountNoticeSchema = z.object({
  at: time,
  what: z.enum([
    'device_added',
    'device_removed',
    'clone_suspected',
    'recovery_codes_created',
    'recovery_link_created',
    'recovery_used',
    'recovery_enrolled',
    'session_opened',
    'session_reuse_detected',
  ]),
  address: z.string(),
  sessionId: z.string().optional(),
  subject: z.string(),
}) satisfies z.ZodType<AccountNotice>;
