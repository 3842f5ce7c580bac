/**
 * Versions of the policies, append-only, and which one is in force. The one row of `policy_head` is locked by whoever
 * publishes and by whoever changes an operator's rights, so that the two cannot together leave nobody in charge.
 */

import { desc, eq, max } from 'drizzle-orm';
import type { PolicyText, PolicyVersionSummary } from '../../lib/contract/policies.ts';
import type { Actor } from './alerts.ts';
import { appendAudit } from './audit.ts';
import type { Database, Executor } from './database.ts';
import { type EnabledOwner, enabledOwners, lockPolicies } from './owners.ts';
import { policyHead, policyVersions } from './schema-policies.ts';
import { storableText } from './storable-text.ts';

export interface StoredPolicies {
  version: number;
  documents: PolicyText[];
  comment: string;
  createdAt: number;
  createdByName: string;
  restores: number | undefined;
}

export interface Publication {
  documents: PolicyText[];
  comment: string;
  /** What the author took for current. */
  basedOn: number;
  restores?: number | undefined;
  actor: Actor;
  /** Asked inside the transaction: whether somebody could still change policies and operators. */
  keepsOwner: (owners: EnabledOwner[]) => boolean;
}

export type PolicyStore = ReturnType<typeof createPolicyStore>;

/** Versions listed; older ones stay and can be named. */
const listedMax = 200;

export function createPolicyStore(deps: { database: Database; clock: { now(): number } }) {
  const { db, transaction } = deps.database;
  return {
    /** Undefined while the built-in policies hold. */
    async current(): Promise<StoredPolicies | undefined> {
      const [head] = await db.select().from(policyHead);
      return head === undefined ? undefined : find(db, head.version);
    },
    find: (version: number): Promise<StoredPolicies | undefined> => find(db, version),
    /** Newest first, without the built-in one. */
    async list(): Promise<Omit<PolicyVersionSummary, 'current'>[]> {
      const rows = await db
        .select({
          version: policyVersions.version,
          comment: policyVersions.comment,
          createdAt: policyVersions.createdAt,
          createdByName: policyVersions.createdByName,
          restores: policyVersions.restores,
        })
        .from(policyVersions)
        .orderBy(desc(policyVersions.version))
        .limit(listedMax);
      return rows.map(({ restores, ...row }) => (restores === null ? row : { ...row, restores }));
    },
    publish: (publication: Publication): Promise<'moved' | 'locks_out' | StoredPolicies> =>
      transaction((tx) => publish(tx, publication, deps.clock.now())),
  };
}

async function publish(
  tx: Executor,
  { documents, comment, basedOn, restores, actor, keepsOwner }: Publication,
  at: number,
): Promise<'moved' | 'locks_out' | StoredPolicies> {
  if ((await lockPolicies(tx)) !== basedOn) return 'moved';
  if (!keepsOwner(await enabledOwners(tx))) return 'locks_out';
  const [newest] = await tx.select({ version: max(policyVersions.version) }).from(policyVersions);
  const version = (newest?.version ?? 0) + 1;
  const text = { comment: storableText(comment), createdByName: storableText(actor.name) };
  await tx.insert(policyVersions).values({
    ...{ version, ...text, createdAt: at, createdBy: actor.operatorId, restores: restores ?? null },
    policies: documents.map((document) => ({ ...document, text: storableText(document.text) })),
  });
  await tx.update(policyHead).set({ version }).where(eq(policyHead.id, 1));
  const detail = {
    comment,
    basedOn,
    documents: documents.length,
    ...(restores === undefined ? {} : { restores }),
  };
  const entry = { at, actor: actor.operatorId, address: actor.address, outcome: 'done' as const, detail };
  const action = restores === undefined ? 'policy.update' : 'policy.restore';
  await appendAudit(tx, [{ ...entry, action, target: `version:${version}` }]);
  return { version, documents, ...text, createdAt: at, restores };
}

async function find(db: Executor, version: number): Promise<StoredPolicies | undefined> {
  const [row] = await db.select().from(policyVersions).where(eq(policyVersions.version, version));
  if (row === undefined) return undefined;
  const { comment, createdAt, createdByName, policies: documents, restores } = row;
  return { version, documents, comment, createdAt, createdByName, restores: restores ?? undefined };
}
