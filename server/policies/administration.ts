/**
 * Changing the policies: check, try, publish, roll back. A version comes into force only whole and only if an owner
 * could change it again; the decision point follows in the same moment, and open connections with it.
 */

import type {
  PolicyDryRun,
  PolicyOverview,
  PolicyText,
  PolicyVerdict,
  PolicyVersion,
} from '../../lib/contract/policies.ts';
import { AppError } from '../http/app-error.ts';
import type { Actor } from '../storage/alerts.ts';
import type { DecidedRequests } from '../storage/decided-requests.ts';
import type { PolicyStore, StoredPolicies } from '../storage/policy-store.ts';
import { actions } from './actions.table.ts';
import type { Authority } from './authority.ts';
import type { Cedar } from './cedar.ts';
import { builtInPolicies, checkPolicies } from './documents.ts';
import { dryRun } from './dry-run.ts';
import { type ChangedFrom, ownerRemains } from './owner-remains.ts';
import { type RequestRecord, recordedMs } from './request-record.ts';

/** Requests that a draft is tried on: the most frequent ones of the day, half a second of decisions. */
const triedMax = 3_000;

export interface PolicyDeps {
  cedar: Cedar;
  authority: Pick<Authority, 'inForce' | 'replace'>;
  store: PolicyStore;
  decided: DecidedRequests;
  record: Pick<RequestRecord, 'flush'>;
  clock: { now(): number };
}

export interface Author {
  actor: Actor;
  from: ChangedFrom;
}

interface Draft {
  documents: PolicyText[];
  comment: string;
  basedOn: number;
  restores?: number;
}

export type PolicyAdministration = ReturnType<typeof createPolicyAdministration>;

export function createPolicyAdministration(deps: PolicyDeps) {
  const { cedar, authority, store } = deps;
  // One draft is loaded at a time.
  let lane: Promise<unknown> = Promise.resolve();
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = lane.then(work);
    lane = done.catch(() => {});
    return done;
  }

  return {
    overview: () => overview(deps),

    async version(version: number): Promise<PolicyVersion | undefined> {
      const stored = version === 0 ? builtInVersion() : await store.find(version);
      return stored && asVersion(stored, authority.inForce().version);
    },

    validate: (documents: PolicyText[]): PolicyVerdict => checkPolicies(cedar.schema, documents).verdict,

    dryRun: (documents: PolicyText[]): Promise<PolicyDryRun> =>
      alone(async () => {
        const { verdict, policies } = checkPolicies(cedar.schema, documents);
        const sinceAt = deps.clock.now() - recordedMs;
        const nothing = { requests: 0, distinct: 0, changes: [], changedRequests: 0 };
        if (policies === undefined) return { verdict, sinceAt, ...nothing };
        await deps.record.flush();
        const recorded = await deps.decided.load({ sinceAt, limit: triedMax });
        cedar.load('draft', policies);
        return { verdict, sinceAt, ...(await dryRun(cedar, recorded)) };
      }),

    /** @throws AppError `policy_refused` with the verdict, `conflict` where another version came first */
    publish: (draft: Draft, author: Author): Promise<PolicyVersion> =>
      alone(() => publish(deps, draft, author)),

    /** @throws AppError `not_found`, and as publishing: what was in force once may lock out today's owners. */
    restore: (wanted: { version: number; comment: string; basedOn: number }, author: Author) =>
      alone(async () => {
        const { version, comment, basedOn } = wanted;
        const old = version === 0 ? builtInVersion() : await store.find(version);
        if (old === undefined) throw new AppError('not_found');
        return publish(deps, { documents: old.documents, comment, basedOn, restores: version }, author);
      }),
  };
}

async function publish(deps: PolicyDeps, draft: Draft, author: Author): Promise<PolicyVersion> {
  const { cedar, authority, store } = deps;
  const { verdict, policies } = checkPolicies(cedar.schema, draft.documents);
  if (policies === undefined) throw refused(verdict);
  cedar.load('draft', policies);
  const stored = await store.publish({
    ...draft,
    actor: author.actor,
    keepsOwner: (owners) => ownerRemains(cedar, 'draft', owners, author.from),
  });
  if (stored === 'moved') throw new AppError('conflict');
  if (stored === 'locks_out') {
    const message = 'No owner could change policies and operators any more, from here, at every hour.';
    throw refused({ mistakes: [{ document: '', message }], warnings: verdict.warnings });
  }
  authority.replace({ version: stored.version, documents: stored.documents, policies });
  return asVersion(stored, stored.version);
}

function refused(verdict: PolicyVerdict): AppError {
  return new AppError('policy_refused', { public: verdict.mistakes[0]?.message ?? '', members: { verdict } });
}

async function overview({ cedar, authority, store }: PolicyDeps): Promise<PolicyOverview> {
  const { version, documents } = authority.inForce();
  const stored = version === 0 ? undefined : await store.find(version);
  const builtIn = asVersion(builtInVersion(), version);
  const { policies: _, ...builtInSummary } = builtIn;
  const versions = (await store.list()).map((each) => ({ ...each, current: each.version === version }));
  return {
    current: stored === undefined ? { ...builtIn, policies: documents } : asVersion(stored, version),
    versions: [...versions, builtInSummary],
    schema: cedar.schema,
    actions: Object.entries(actions).map(([name, { groups, resource }]) => ({
      ...{ name, resource, groups: [...groups] },
    })),
  };
}

function builtInVersion(): StoredPolicies {
  const by = { comment: 'What Tidegate comes with.', createdAt: 0, createdByName: 'Tidegate' };
  return { version: 0, documents: builtInPolicies(), ...by, restores: undefined };
}

function asVersion(
  { documents, restores, ...stored }: StoredPolicies,
  currentVersion: number,
): PolicyVersion {
  const known = { ...stored, policies: documents, current: stored.version === currentVersion };
  return restores === undefined ? known : { ...known, restores };
}
