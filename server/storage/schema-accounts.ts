/**
 * Tables around an operator's access: secrets that recover it, and what happened to each token family. A part of
 * schema.ts, in a file of its own for its length.
 */

import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { TokenEventKind } from '../../lib/contract/sessions.ts';
import type { FamilyEndReason } from '../../lib/identity/token-family.ts';
import { int8 } from './columns.ts';
import { operators, tokenFamilies } from './schema.ts';

/** Codes and links that open an enrol-only session, once each. */
export const recoverySecrets = pgTable(
  'recovery_secrets',
  {
    id: text('id').primaryKey(),
    secretSha256: text('secret_sha256').notNull().unique(),
    kind: text('kind').$type<'code' | 'link'>().notNull(),
    operatorId: text('operator_id')
      .notNull()
      .references(() => operators.id),
    /** `opr_…`, or `host`. */
    createdBy: text('created_by').notNull(),
    createdAt: int8('created_at').notNull(),
    /** Codes do not expire. */
    expiresAt: int8('expires_at'),
    usedAt: int8('used_at'),
    /** The enrol-only session that it opened, and when that enrolled a passkey. */
    familyId: text('family_id').unique(),
    completedAt: int8('completed_at'),
  },
  (t) => [index('recovery_secrets_operator').on(t.operatorId)],
);

/** Written by a trigger on token_families, so that no change to a family can be without its line. */
export const tokenEvents = pgTable(
  'token_events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    familyId: text('family_id')
      .notNull()
      .references(() => tokenFamilies.id, { onDelete: 'cascade' }),
    at: int8('at').notNull(),
    kind: text('kind').$type<TokenEventKind>().notNull(),
    seq: integer('seq').notNull(),
    address: text('address'),
    reason: text('reason').$type<FamilyEndReason>(),
  },
  (t) => [index('token_events_family').on(t.familyId, t.id)],
);
