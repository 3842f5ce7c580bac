/** Bodies and answers of the routes about operators and invitations, held to the plain types in operators.ts. */

import { z } from 'zod';
import {
  clearanceMax,
  type Invite,
  type InviteBegin,
  type InviteCeremony,
  type InviteCreated,
  type InviteDraft,
  inviteNoteCharsMax,
  type Me,
  type OperatorAccount,
  type OperatorChange,
  type OperatorRole,
  operatorRoles,
  teamCharsMax,
} from './operators.ts';

export const operatorRoleSchema = z.enum(operatorRoles) satisfies z.ZodType<OperatorRole>;

/** Text that people read: no control characters, and none that turn the direction of what follows. */
const shownText = (charsMax: number) =>
  z
    .string()
    .trim()
    .max(charsMax)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);

const clearanceSchema = z.int().min(0).max(clearanceMax);
const teamSchema = shownText(teamCharsMax);

export const operatorChangeSchema = z
  .strictObject({
    role: operatorRoleSchema.optional(),
    team: teamSchema.optional(),
    clearance: clearanceSchema.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    message: 'Name a role, a team or a clearance.',
  }) satisfies z.ZodType<OperatorChange>;

export const inviteDraftSchema = z.strictObject({
  role: operatorRoleSchema,
  team: teamSchema.default(''),
  clearance: clearanceSchema,
  note: shownText(inviteNoteCharsMax).default(''),
}) satisfies z.ZodType<InviteDraft>;

export const inviteBeginSchema = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  name: shownText(64).min(1),
}) satisfies z.ZodType<InviteBegin>;

const time = z.number();

export const operatorAccountSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: operatorRoleSchema,
  team: z.string(),
  clearance: z.number(),
  createdAt: time,
  disabledAt: time.optional(),
  devices: z.number(),
  sessions: z.number(),
  lastSeenAt: time.optional(),
  risk: z.number(),
}) satisfies z.ZodType<OperatorAccount>;

export const inviteSchema = z.object({
  id: z.string(),
  role: operatorRoleSchema,
  team: z.string(),
  clearance: z.number(),
  note: z.string(),
  state: z.enum(['open', 'used', 'expired', 'revoked']),
  createdAt: time,
  createdByName: z.string(),
  expiresAt: time,
  usedAt: time.optional(),
  usedBy: z.string().optional(),
  revokedAt: time.optional(),
}) satisfies z.ZodType<Invite>;

export const inviteCreatedSchema = z.object({
  invite: inviteSchema,
  link: z.string(),
}) satisfies z.ZodType<InviteCreated>;

export const inviteCeremonySchema = z.object({
  ceremonyId: z.string(),
  options: z.record(z.string(), z.unknown()),
  role: operatorRoleSchema,
  invitedBy: z.string(),
}) satisfies z.ZodType<InviteCeremony>;

export const meSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: operatorRoleSchema,
  team: z.string(),
  clearance: z.number(),
  risk: z.number(),
  may: z.record(z.string(), z.enum(['allow', 'step_up', 'deny'])),
}) satisfies z.ZodType<Me>;
