/**
 * OAuth clients and their secrets in SQL. A secret is shown once, when it is made; its SHA-256 is enough to keep for
 * 256 random bits. Every change carries its audit entry in its transaction.
 */

import { and, count, desc, eq, inArray, isNull, lt, or } from 'drizzle-orm';
import type { OAuthClient } from '../../lib/contract/oauth.ts';
import type { ClientStore, OAuthActor, SecretDraft } from '../oauth/store.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { endCovered, storeRevocation } from './family-store.ts';
import { clientSecrets, oauthClients } from './schema-oauth.ts';
import { storableText } from './storable-text.ts';

/** Live ones: each service and app of a large team. */
const clientsMax = 500;
/** Listed at most; revoked ones are history. */
const listedMax = 1_000;
/** One in use and one to move to. */
const secretsMax = 2;
/** When something was used is written at most this often. */
const usedEveryMs = 60_000;

type Deps = { database: Database; clock: { now(): number } };

export function clientVerbs(deps: Deps): ClientStore {
  return { ...lookUps(deps), ...additions(deps), ...endings(deps) };
}

function lookUps({
  database: { db },
  clock,
}: Deps): Pick<ClientStore, 'listClients' | 'findClient' | 'listAppOrigins' | 'findClientBySecret'> {
  return {
    async listClients() {
      const rows = await db
        .select()
        .from(oauthClients)
        .orderBy(desc(oauthClients.createdAt))
        .limit(listedMax);
      return withSecrets(db, rows);
    },
    findClient: (clientId) => findClient(db, clientId),
    async listAppOrigins() {
      const rows = await db
        .select({ redirectUris: oauthClients.redirectUris })
        .from(oauthClients)
        .where(and(eq(oauthClients.kind, 'public'), isNull(oauthClients.revokedAt)));
      return [...new Set(rows.flatMap(({ redirectUris }) => redirectUris.map((uri) => new URL(uri).origin)))];
    },
    async findClientBySecret(clientId, secretSha256) {
      const [secret] = await db
        .select({ id: clientSecrets.id })
        .from(clientSecrets)
        .where(
          and(
            eq(clientSecrets.secretSha256, secretSha256),
            eq(clientSecrets.clientId, clientId),
            isNull(clientSecrets.revokedAt),
          ),
        );
      const client = secret && (await findClient(db, clientId));
      if (secret !== undefined && client !== undefined) await noteUse(db, clientId, secret.id, clock.now());
      return client;
    },
  };
}

function additions({
  database: { transaction },
  clock,
}: Deps): Pick<ClientStore, 'createClient' | 'updateClient' | 'addSecret'> {
  return {
    createClient: ({ id, draft, secret, actor }) =>
      transaction(async (tx) => {
        const [counted] = await tx
          .select({ total: count() })
          .from(oauthClients)
          .where(isNull(oauthClients.revokedAt));
        if ((counted?.total ?? 0) >= clientsMax) return 'full';
        const row = { ...draft, id, name: storableText(draft.name), ...madeBy(actor, clock.now()) };
        await tx.insert(oauthClients).values(row);
        if (secret !== undefined) await insertSecret(tx, id, secret, actor, clock.now());
        const { name, kind, scopes, audiences, bearerAllowed } = draft;
        await audit(tx, 'client.create', id, actor, clock.now(), {
          name,
          kind,
          scopes,
          audiences,
          bearerAllowed,
        });
        return existing(await findClient(tx, id));
      }),
    updateClient: ({ clientId, draft, actor }) =>
      transaction(async (tx) => {
        const { kind, ...fields } = draft;
        const changed = await tx
          .update(oauthClients)
          .set({ ...fields, name: storableText(draft.name) })
          .where(
            and(eq(oauthClients.id, clientId), eq(oauthClients.kind, kind), isNull(oauthClients.revokedAt)),
          )
          .returning({ id: oauthClients.id });
        if (changed.length === 0) return undefined;
        await audit(tx, 'client.update', clientId, actor, clock.now(), { ...draft });
        return findClient(tx, clientId);
      }),
    addSecret: ({ clientId, secret, actor }) =>
      transaction(async (tx) => {
        const [held] = await tx
          .select({ kind: oauthClients.kind })
          .from(oauthClients)
          .where(and(eq(oauthClients.id, clientId), isNull(oauthClients.revokedAt)))
          // Two additions at once must not leave three secrets.
          .for('update');
        if (held === undefined || held.kind === 'public') return 'unknown';
        const live = await liveSecrets(tx, [clientId]);
        if (live.length >= secretsMax) return 'full';
        await insertSecret(tx, clientId, secret, actor, clock.now());
        await audit(tx, 'client.create_secret', clientId, actor, clock.now(), { prefix: secret.prefix });
        return existing(await findClient(tx, clientId));
      }),
  };
}

function endings({
  database: { transaction },
  clock,
}: Deps): Pick<ClientStore, 'revokeSecret' | 'revokeClient'> {
  return {
    revokeSecret: ({ clientId, secretId, actor }) =>
      transaction(async (tx) => {
        const [ended] = await tx
          .update(clientSecrets)
          .set({ revokedAt: clock.now() })
          .where(
            and(
              eq(clientSecrets.id, secretId),
              eq(clientSecrets.clientId, clientId),
              isNull(clientSecrets.revokedAt),
            ),
          )
          .returning({ prefix: clientSecrets.prefix });
        if (ended === undefined) return false;
        await audit(tx, 'client.revoke_secret', clientId, actor, clock.now(), ended);
        return true;
      }),
    revokeClient: ({ clientId, reason, revocation, actor }) =>
      transaction(async (tx) => {
        const [ended] = await tx
          .update(oauthClients)
          .set({ revokedAt: revocation.at })
          .where(and(eq(oauthClients.id, clientId), isNull(oauthClients.revokedAt)))
          .returning({ name: oauthClients.name });
        if (ended === undefined) return false;
        await tx
          .update(clientSecrets)
          .set({ revokedAt: revocation.at })
          .where(and(eq(clientSecrets.clientId, clientId), isNull(clientSecrets.revokedAt)));
        const families = await endCovered(tx, revocation, reason);
        await storeRevocation(tx, revocation);
        await audit(tx, 'client.revoke', clientId, actor, revocation.at, { ...ended, families });
        return true;
      }),
  };
}

async function findClient(db: Executor, clientId: string): Promise<OAuthClient | undefined> {
  const rows = await db
    .select()
    .from(oauthClients)
    .where(and(eq(oauthClients.id, clientId), isNull(oauthClients.revokedAt)));
  return (await withSecrets(db, rows))[0];
}

function liveSecrets(db: Executor, clientIds: string[]) {
  return db
    .select()
    .from(clientSecrets)
    .where(and(inArray(clientSecrets.clientId, clientIds), isNull(clientSecrets.revokedAt)))
    .orderBy(clientSecrets.createdAt);
}

async function withSecrets(db: Executor, rows: (typeof oauthClients.$inferSelect)[]): Promise<OAuthClient[]> {
  if (rows.length === 0) return [];
  const secrets = await liveSecrets(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    ...row,
    lastUsedAt: row.lastUsedAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    secrets: secrets
      .filter(({ clientId }) => clientId === row.id)
      .map(({ id, prefix, createdAt, createdBy, lastUsedAt }) => ({
        ...{ id, prefix, createdAt, createdBy },
        lastUsedAt: lastUsedAt ?? undefined,
      })),
  }));
}

async function insertSecret(
  tx: Executor,
  clientId: string,
  secret: SecretDraft,
  actor: OAuthActor,
  at: number,
): Promise<void> {
  await tx.insert(clientSecrets).values({ ...secret, clientId, ...madeBy(actor, at) });
}

async function noteUse(db: Executor, clientId: string, secretId: string, at: number): Promise<void> {
  const isOlder = (column: typeof oauthClients.lastUsedAt | typeof clientSecrets.lastUsedAt) =>
    or(isNull(column), lt(column, at - usedEveryMs));
  await db
    .update(clientSecrets)
    .set({ lastUsedAt: at })
    .where(and(eq(clientSecrets.id, secretId), isOlder(clientSecrets.lastUsedAt)));
  await db
    .update(oauthClients)
    .set({ lastUsedAt: at })
    .where(and(eq(oauthClients.id, clientId), isOlder(oauthClients.lastUsedAt)));
}

function madeBy(actor: OAuthActor, at: number) {
  return { createdAt: at, createdBy: storableText(actor.name), lastUsedAt: null, revokedAt: null };
}

/** A row that this very transaction has written. */
function existing(client: OAuthClient | undefined): OAuthClient {
  if (client === undefined) throw new Error('the client vanished inside its own transaction');
  return client;
}

async function audit(
  tx: Executor,
  action: string,
  target: string,
  actor: OAuthActor,
  at: number,
  detail: Record<string, unknown>,
): Promise<void> {
  await appendAudit(tx, [
    { at, actor: actor.id, action, target, outcome: 'done', address: actor.address, detail },
  ]);
}
