/**
 * Every record that Tidegate keeps, as Drizzle tables: one dialect for PGlite and PostgreSQL.
 * Times are bigint ms since the epoch. After a change here, `npx drizzle-kit generate --config
 * server/storage/drizzle.config.ts` writes the next migration; migrations that were released are never edited.
 */

import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { AlertStatus, Evidence } from '../../lib/contract/alert.ts';
import type { Conclusion, DetectorKind, Mode } from '../../lib/contract/decision.ts';
import type { RequestEvent } from '../../lib/contract/event.ts';
import type { Acr } from '../../lib/contract/oauth.ts';
import type { OperatorRole } from '../../lib/contract/operators.ts';
import type { RevocationKind } from '../../lib/contract/revocation.ts';
import type { FamilyEndReason, TokenFamily } from '../../lib/identity/token-family.ts';
import { bytes, int8 } from './columns.ts';

export const operators = pgTable('operators', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  userHandle: bytes('user_handle').notNull().unique(),
  createdAt: int8('created_at').notNull(),
  disabledAt: int8('disabled_at'),
  // Whoever was there before there were roles could do everything.
  role: text('role').$type<OperatorRole>().notNull().default('owner'),
  team: text('team').notNull().default(''),
  clearance: integer('clearance').notNull().default(3),
});

export const credentials = pgTable(
  'credentials',
  {
    id: text('id').primaryKey(),
    /** How people and addresses of the API name it: `dev_…`. Those from before it had a name get one at random. */
    deviceId: text('device_id').notNull().unique().default(sql`'dev_' || md5(random()::text)`),
    operatorId: text('operator_id')
      .notNull()
      .references(() => operators.id),
    publicKey: bytes('public_key').notNull(),
    counter: int8('counter').notNull(),
    transports: text('transports').array().notNull(),
    backupEligible: boolean('backup_eligible').notNull(),
    backedUp: boolean('backed_up').notNull(),
    aaguid: text('aaguid').notNull(),
    rpId: text('rp_id').notNull(),
    name: text('name').notNull(),
    createdAt: int8('created_at').notNull(),
    lastUsedAt: int8('last_used_at'),
    cloneSuspectedAt: int8('clone_suspected_at'),
    /** Kept for a while, so that whoever still holds its key can be told that it was removed. */
    removedAt: int8('removed_at'),
  },
  (t) => [index('credentials_operator').on(t.operatorId)],
);

export const setupLinks = pgTable('setup_links', {
  tokenSha256: text('token_sha256').primaryKey(),
  createdAt: int8('created_at').notNull(),
  expiresAt: int8('expires_at').notNull(),
  usedAt: int8('used_at'),
});

export const tokenFamilies = pgTable(
  'token_families',
  {
    id: text('id').primaryKey(),
    /** `opr_…`, `cal_…` or `cli_…`: the holder is in one of three tables, so no foreign key can say it. */
    subjectId: text('subject_id').notNull(),
    clientId: text('client_id').notNull().default('console'),
    audience: text('audience').array().notNull().default(['tidegate-console']),
    scope: text('scope').notNull().default(''),
    acr: text('acr').$type<Acr>(),
    /** Absent for machines. */
    credentialId: text('credential_id'),
    /** Absent where the client may use bearer tokens and sent no proof. */
    jkt: text('jkt'),
    status: text('status').$type<TokenFamily['status']>().notNull(),
    seq: integer('seq').notNull(),
    currentHash: text('current_hash').notNull(),
    currentSalt: text('current_salt').notNull(),
    parentHash: text('parent_hash'),
    parentUsedAt: int8('parent_used_at'),
    authenticatedAt: int8('authenticated_at').notNull(),
    createdAt: int8('created_at').notNull(),
    lastUsedAt: int8('last_used_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    revokedAt: int8('revoked_at'),
    revokedReason: text('revoked_reason').$type<FamilyEndReason>(),
    userAgent: text('user_agent').notNull(),
    address: text('address').notNull(),
    /** Where it was last used from; absent until it is used again. */
    lastAddress: text('last_address'),
  },
  (t) => [
    index('token_families_subject').on(t.subjectId),
    index('token_families_client').on(t.clientId),
    index('token_families_expires').on(t.expiresAt),
    index('token_families_used').on(t.lastUsedAt, t.id),
  ],
);

export const revocations = pgTable(
  'revocations',
  {
    kind: text('kind').$type<RevocationKind>().notNull(),
    subject: text('subject').notNull(),
    at: int8('at').notNull(),
    expiresAt: int8('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.subject] }), index('revocations_expires').on(t.expiresAt)],
);

export const ingestKeys = pgTable('ingest_keys', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  prefix: text('prefix').notNull(),
  secretSha256: text('secret_sha256').notNull().unique(),
  createdAt: int8('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  lastUsedAt: int8('last_used_at'),
  revokedAt: int8('revoked_at'),
  /** Null: until it is revoked. */
  expiresAt: int8('expires_at'),
});

export const alerts = pgTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<DetectorKind>().notNull(),
    user: text('user_name'),
    endpoint: text('endpoint'),
    ip: text('ip'),
    tokenId: text('token_id'),
    summary: text('summary').notNull(),
    conclusion: text('conclusion').$type<Conclusion>().notNull(),
    mode: text('mode').$type<Mode>().notNull(),
    evidence: jsonb('evidence').$type<Evidence[]>().notNull(),
    exampleEvents: jsonb('example_events').$type<RequestEvent[]>().notNull(),
    requestCount: int8('request_count').notNull(),
    refusedCount: int8('refused_count').notNull(),
    openedAt: int8('opened_at').notNull(),
    lastSeenAt: int8('last_seen_at').notNull(),
    endedAt: int8('ended_at'),
    status: text('status').$type<AlertStatus>().notNull(),
    mutedUntil: int8('muted_until'),
    statusChangedAt: int8('status_changed_at'),
    statusChangedBy: text('status_changed_by'),
  },
  (t) => [
    index('alerts_opened').on(t.openedAt, t.id),
    index('alerts_status_opened').on(t.status, t.openedAt, t.id),
    index('alerts_user').on(t.user),
    index('alerts_endpoint').on(t.endpoint),
    index('alerts_ip').on(t.ip),
  ],
);

export const alertTimeline = pgTable(
  'alert_timeline',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    alertId: text('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    at: int8('at').notNull(),
    by: text('by_whom').notNull(),
    what: text('what').notNull(),
  },
  (t) => [index('alert_timeline_alert').on(t.alertId, t.at)],
);

export const exceptions = pgTable('exceptions', {
  id: text('id').primaryKey(),
  user: text('user_name'),
  endpoint: text('endpoint'),
  ip: text('ip'),
  tokenId: text('token_id'),
  kind: text('kind').$type<DetectorKind>(),
  reason: text('reason').notNull(),
  createdAt: int8('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  expiresAt: int8('expires_at').notNull(),
});

export const settings = pgTable('settings', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  updatedAt: int8('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
});

/** One row: the end of the chain. Locking it puts all appenders in one order. */
export const auditHead = pgTable('audit_head', {
  id: integer('id').primaryKey(),
  seq: int8('seq').notNull(),
  hash: text('hash').notNull(),
  /** The newest entry that retention has dropped: the log begins behind it. */
  droppedSeq: int8('dropped_seq').notNull().default(0),
});

export const auditEntries = pgTable(
  'audit_entries',
  {
    seq: int8('seq').primaryKey(),
    at: int8('at').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    target: text('target').notNull(),
    outcome: text('outcome').$type<'done' | 'refused'>().notNull(),
    address: text('address').notNull(),
    /** Text, not jsonb: the hash covers these very bytes, and jsonb would reorder them. */
    detail: text('detail').notNull(),
    /** Of the policies in force; absent in entries from before there were any. */
    policyVersion: integer('policy_version'),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [
    index('audit_entries_at').on(t.at),
    index('audit_entries_actor').on(t.actor, t.seq),
    index('audit_entries_action').on(t.action, t.seq),
    index('audit_entries_target').on(t.target, t.seq),
  ],
);
