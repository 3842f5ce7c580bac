/**
 * Tables of who may do what: versions of the policies, the requests of the last day to try new ones against, and
 * invitations to become an operator. A part of schema.ts, in a file of its own for its length.
 */

import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { OperatorRole } from '../../lib/contract/operators.ts';
import type { PolicyOutcome, PolicyText } from '../../lib/contract/policies.ts';

const int8 = (name: string) => bigint(name, { mode: 'number' });

/** Append-only: rolling back is a new version with the text of an old one. */
export const policyVersions = pgTable('policy_versions', {
  version: integer('version').primaryKey(),
  policies: jsonb('policies').$type<PolicyText[]>().notNull(),
  comment: text('comment').notNull(),
  createdAt: int8('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  createdByName: text('created_by_name').notNull(),
  /** The version whose text this one took back. */
  restores: integer('restores'),
});

/** One row. Locking it puts publications and changes of operators' rights in one order, so that an owner remains. */
export const policyHead = pgTable('policy_head', {
  id: integer('id').primaryKey(),
  /** 0: the built-in policies, until somebody publishes others. */
  version: integer('version').notNull(),
});

/** Requests that were decided, alike ones counted together by the hour. */
export const decidedRequests = pgTable(
  'decided_requests',
  {
    hourAt: int8('hour_at').notNull(),
    /** SHA-256 of `request` and the outcome. */
    digest: text('digest').notNull(),
    /** A JSON text as the decision point took it: it is read back by a schema. */
    request: jsonb('request').notNull(),
    outcome: text('outcome').$type<PolicyOutcome>().notNull(),
    policyVersion: integer('policy_version').notNull(),
    count: int8('count').notNull(),
    lastAt: int8('last_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.hourAt, t.digest] })],
);

export const invites = pgTable(
  'invites',
  {
    id: text('id').primaryKey(),
    tokenSha256: text('token_sha256').notNull().unique(),
    role: text('role').$type<OperatorRole>().notNull(),
    team: text('team').notNull(),
    clearance: integer('clearance').notNull(),
    note: text('note').notNull(),
    createdAt: int8('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    createdByName: text('created_by_name').notNull(),
    expiresAt: int8('expires_at').notNull(),
    usedAt: int8('used_at'),
    usedBy: text('used_by'),
    revokedAt: int8('revoked_at'),
  },
  (t) => [index('invites_expires').on(t.expiresAt)],
);
