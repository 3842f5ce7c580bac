/**
 * Invitations. Only the hash of a link's token is kept; what it makes of somebody is in the row and nowhere else, so
 * that nobody who accepts can choose. Accepting uses the invitation, makes operator, passkey and session, and writes
 * the audit, all or nothing.
 */

import { and, count, desc, eq, gt, isNull } from 'drizzle-orm';
import { type Invite, type InviteDraft, inviteLifetimeMs } from '../../lib/contract/operators.ts';
import type { TokenFamily } from '../../lib/identity/token-family.ts';
import { AppError } from '../http/app-error.ts';
import type { CredentialRecord, IdentityAuditEntry, OperatorRecord } from '../identity/records.ts';
import type { Actor } from './alerts.ts';
import { appendAudit } from './audit.ts';
import { type Database, type Executor, isDuplicate } from './database.ts';
import { familyRow } from './family-store.ts';
import { credentials, operators, tokenFamilies } from './schema.ts';
import { invites } from './schema-policies.ts';
import { storableText } from './storable-text.ts';

/** Open at once: a large team; more is a mistake or worse. */
export const openInvitesMax = 100;
const listedMax = 500;

export interface OpenInvite {
  id: string;
  role: Invite['role'];
  invitedBy: string;
}

export interface Acceptance {
  tokenSha256: string;
  nowMs: number;
  /** Role, team and clearance are the invitation's. */
  operator: Omit<OperatorRecord, 'role' | 'team' | 'clearance'>;
  credential: CredentialRecord;
  family: TokenFamily;
  audit: IdentityAuditEntry[];
}

export type Invites = ReturnType<typeof createInviteStore>;

export function createInviteStore(deps: { database: Database; clock: { now(): number } }) {
  const { db, transaction } = deps.database;
  const { clock } = deps;
  return {
    /** Newest first, those that are over too. */
    async list(): Promise<Invite[]> {
      const rows = await db.select().from(invites).orderBy(desc(invites.createdAt)).limit(listedMax);
      return rows.map((row) => inviteOf(row, clock.now()));
    },
    /** @throws AppError `conflict` at the limit */
    create: (draft: InviteDraft & { id: string; tokenSha256: string }, actor: Actor): Promise<Invite> =>
      transaction((tx) => create(tx, draft, actor, clock.now())),
    /** False where no such invitation is open. */
    revoke: (id: string, actor: Actor): Promise<boolean> =>
      transaction(async (tx) => {
        const at = clock.now();
        const revoked = await tx
          .update(invites)
          .set({ revokedAt: at })
          .where(and(eq(invites.id, id), isNull(invites.usedAt), isNull(invites.revokedAt)))
          .returning({ role: invites.role, note: invites.note });
        const [detail] = revoked;
        if (detail === undefined) return false;
        const entry = { at, actor: actor.operatorId, address: actor.address, outcome: 'done' as const };
        await appendAudit(tx, [{ ...entry, action: 'invite.revoke', target: id, detail }]);
        return true;
      }),
    async findOpen(tokenSha256: string): Promise<OpenInvite | undefined> {
      const [row] = await db.select().from(invites).where(isOpen(tokenSha256, clock.now()));
      return row && { id: row.id, role: row.role, invitedBy: row.createdByName };
    },
    async accept(acceptance: Acceptance): Promise<OperatorRecord | 'void' | 'credential_taken'> {
      try {
        return await transaction((tx) => accept(tx, acceptance));
      } catch (error) {
        if (isDuplicate(error)) return 'credential_taken';
        throw error;
      }
    },
  };
}

function isOpen(tokenSha256: string, nowMs: number) {
  return and(
    eq(invites.tokenSha256, tokenSha256),
    isNull(invites.usedAt),
    isNull(invites.revokedAt),
    gt(invites.expiresAt, nowMs),
  );
}

async function create(
  tx: Executor,
  { id, tokenSha256, role, team, clearance, note }: InviteDraft & { id: string; tokenSha256: string },
  actor: Actor,
  at: number,
): Promise<Invite> {
  const [open] = await tx
    .select({ total: count() })
    .from(invites)
    .where(and(isNull(invites.usedAt), isNull(invites.revokedAt), gt(invites.expiresAt, at)));
  if ((open?.total ?? 0) >= openInvitesMax) {
    throw new AppError('conflict', {
      public: `There are ${openInvitesMax} open invitations; revoke some first.`,
    });
  }
  const row = {
    ...{ id, tokenSha256, role, clearance, team: storableText(team), note: storableText(note) },
    ...{ createdAt: at, createdBy: actor.operatorId, createdByName: storableText(actor.name) },
    ...{ expiresAt: at + inviteLifetimeMs, usedAt: null, usedBy: null, revokedAt: null },
  };
  await tx.insert(invites).values(row);
  const entry = { at, actor: actor.operatorId, address: actor.address, outcome: 'done' as const };
  const detail = { role, team: row.team, clearance, expiresAt: row.expiresAt };
  await appendAudit(tx, [{ ...entry, action: 'invite.create', target: id, detail }]);
  return inviteOf(row, at);
}

async function accept(tx: Executor, acceptance: Acceptance): Promise<OperatorRecord | 'void'> {
  const { nowMs, tokenSha256, credential, family } = acceptance;
  const [used] = await tx
    .update(invites)
    .set({ usedAt: nowMs, usedBy: acceptance.operator.id })
    .where(isOpen(tokenSha256, nowMs))
    .returning();
  if (used === undefined) return 'void';
  const { role, team, clearance } = used;
  const operator = {
    ...acceptance.operator,
    name: storableText(acceptance.operator.name),
    role,
    team,
    clearance,
  };
  await tx.insert(operators).values(operator);
  await tx.insert(credentials).values({ ...credential, name: storableText(credential.name) });
  await tx.insert(tokenFamilies).values(familyRow(family));
  const facts = { inviteId: used.id, invitedBy: used.createdBy, role };
  await appendAudit(
    tx,
    acceptance.audit.map((entry) => ({ ...entry, detail: { ...entry.detail, ...facts } })),
  );
  return operator;
}

function inviteOf(row: typeof invites.$inferSelect, nowMs: number): Invite {
  const { id, role, team, clearance, note, createdAt, createdByName, expiresAt } = row;
  return {
    ...{ id, role, team, clearance, note, createdAt, createdByName, expiresAt },
    state: stateOf(row, nowMs),
    ...(row.usedAt === null ? {} : { usedAt: row.usedAt }),
    ...(row.usedBy === null ? {} : { usedBy: row.usedBy }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt }),
  };
}

function stateOf(row: typeof invites.$inferSelect, nowMs: number): Invite['state'] {
  if (row.usedAt !== null) return 'used';
  if (row.revokedAt !== null) return 'revoked';
  return row.expiresAt <= nowMs ? 'expired' : 'open';
}
