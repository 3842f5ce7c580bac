/**
 * Records of the token service: the customer's API clients and callers, and the codes between them. Secrets, links and
 * codes are kept as SHA-256 only. Callers are people of the customer's API: a population apart from operators, in
 * tables of its own, so that no forgotten condition can make an operator of one.
 */

import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Acr, ClientKind } from '../../lib/contract/oauth.ts';
import { bytes, int8 } from './columns.ts';

export const oauthClients = pgTable('oauth_clients', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  kind: text('kind').$type<ClientKind>().notNull(),
  redirectUris: text('redirect_uris').array().notNull(),
  audiences: text('audiences').array().notNull(),
  scopes: text('scopes').array().notNull(),
  bearerAllowed: boolean('bearer_allowed').notNull(),
  accessTokenSeconds: integer('access_token_seconds').notNull(),
  createdAt: int8('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  lastUsedAt: int8('last_used_at'),
  revokedAt: int8('revoked_at'),
});

export const clientSecrets = pgTable(
  'client_secrets',
  {
    id: text('id').primaryKey(),
    clientId: text('client_id')
      .notNull()
      .references(() => oauthClients.id, { onDelete: 'cascade' }),
    prefix: text('prefix').notNull(),
    secretSha256: text('secret_sha256').notNull().unique(),
    createdAt: int8('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    lastUsedAt: int8('last_used_at'),
    revokedAt: int8('revoked_at'),
  },
  (t) => [index('client_secrets_client').on(t.clientId)],
);

export const callers = pgTable('callers', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  userHandle: bytes('user_handle').notNull().unique(),
  createdAt: int8('created_at').notNull(),
  /** Who invited: `opr_…` or `cli_…`. */
  createdBy: text('created_by').notNull(),
  disabledAt: int8('disabled_at'),
});

export const callerCredentials = pgTable(
  'caller_credentials',
  {
    id: text('id').primaryKey(),
    callerId: text('caller_id')
      .notNull()
      .references(() => callers.id),
    publicKey: bytes('public_key').notNull(),
    counter: int8('counter').notNull(),
    transports: text('transports').array().notNull(),
    backupEligible: boolean('backup_eligible').notNull(),
    backedUp: boolean('backed_up').notNull(),
    aaguid: text('aaguid').notNull(),
    rpId: text('rp_id').notNull(),
    createdAt: int8('created_at').notNull(),
    lastUsedAt: int8('last_used_at'),
    cloneSuspectedAt: int8('clone_suspected_at'),
  },
  (t) => [index('caller_credentials_caller').on(t.callerId)],
);

export const callerLinks = pgTable(
  'caller_links',
  {
    tokenSha256: text('token_sha256').primaryKey(),
    callerId: text('caller_id')
      .notNull()
      .references(() => callers.id),
    createdAt: int8('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    expiresAt: int8('expires_at').notNull(),
  },
  (t) => [index('caller_links_caller').on(t.callerId)],
);

export const authorizationCodes = pgTable(
  'authorization_codes',
  {
    codeSha256: text('code_sha256').primaryKey(),
    clientId: text('client_id').notNull(),
    callerId: text('caller_id').notNull(),
    credentialId: text('credential_id').notNull(),
    redirectUri: text('redirect_uri').notNull(),
    codeChallenge: text('code_challenge').notNull(),
    dpopJkt: text('dpop_jkt'),
    scope: text('scope').notNull(),
    audience: text('audience').array().notNull(),
    acr: text('acr').$type<Acr>().notNull(),
    authenticatedAt: int8('authenticated_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    usedAt: int8('used_at'),
    /** Shown a second time: no session may come of it any more. */
    reusedAt: int8('reused_at'),
    familyId: text('family_id'),
  },
  (t) => [index('authorization_codes_expires').on(t.expiresAt)],
);
