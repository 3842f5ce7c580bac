/**
 * Sessions of everybody, to look at and to end: one token, one session, all of a holder or client, what a filter means,
 * or everything. Each target names itself in the operation that a step-up confirms, so that consent to one end is no
 * consent to another; the blast radius is counted by the same conditions that end it.
 */

import type { Page } from '../../lib/contract/console.ts';
import type {
  RevocationPreview,
  RevocationTarget,
  SessionDetail,
  SessionFilter,
  SessionSummary,
} from '../../lib/contract/sessions.ts';
import { operationOf } from '../../lib/identity/confirmation.ts';
import { AppError } from '../http/app-error.ts';
import type { FamilyFilter, SessionFacts } from './account-store.ts';
import { sha256Text } from './keyring.ts';
import type { Principal } from './principal.ts';
import { type RevocationView, revocationExpiresAt } from './revocation-view.ts';
import { revokeTokens, type TokensOf } from './revoke-tokens.ts';
import type { IdentityStore } from './store.ts';

/** A filter that means more is no filter: narrow it, or end everything. */
export const filteredFamiliesMax = 10_000;

export interface SessionAdministrationDeps {
  store: Pick<
    IdentityStore,
    'listSessions' | 'findSession' | 'countSessions' | 'revokeFiltered' | 'addRevocation'
  >;
  view: RevocationView;
  standing: { riskOf(holderId: string): number; atRisk(riskMin: number): string[] };
  clock: { now(): number };
}

export function createSessionAdministration(deps: SessionAdministrationDeps) {
  const facts = (principal: Principal): SessionFacts => ({
    ...deps.standing,
    nowMs: deps.clock.now(),
    currentId: principal.familyId,
  });
  return {
    list: (
      principal: Principal,
      query: SessionFilter & { limit: number; cursor?: string | undefined },
    ): Promise<Page<SessionSummary>> => deps.store.listSessions(query, facts(principal)),
    find: (principal: Principal, id: string): Promise<SessionDetail | undefined> =>
      deps.store.findSession(id, facts(principal)),
    preview: async (principal: Principal, target: RevocationTarget): Promise<RevocationPreview> => ({
      operation: operationOf('session.revoke', targetId(target)),
      ...(await deps.store.countSessions(liveFilterOf(target), facts(principal))),
    }),
    /** @returns how many sessions ended. @throws AppError `conflict` where a filter means too many */
    revoke: (principal: Principal, target: RevocationTarget, address: string): Promise<number> =>
      revoke(deps, target, { actor: principal.operatorId, address, facts: facts(principal) }),
  };
}

/** What a target is called: in policies, in the audit, and in the operation that a step-up confirms. */
export function targetId(target: RevocationTarget): string {
  switch (target.kind) {
    case 'token':
      return `token:${target.tokenId}`;
    case 'filter':
      return `filter:${sha256Text(canonical(target.filter))}`;
    case 'everything':
      return 'everything';
    default:
      return `${target.kind}:${target.id}`;
  }
}

/** The same text for the same filter, in whatever order its fields were sent. */
function canonical(filter: SessionFilter): string {
  return JSON.stringify(
    Object.entries(filter)
      .filter(([, value]) => value !== undefined)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** The live sessions that a target ends. One token ends none: its session gets another. */
function liveFilterOf(target: RevocationTarget): FamilyFilter {
  switch (target.kind) {
    case 'token':
      return { familyId: '' };
    case 'family':
      return { familyId: target.id };
    case 'operator':
      return { operatorId: target.id };
    case 'user':
      return { user: target.id };
    case 'client':
      return { clientId: target.id };
    case 'filter':
      return target.filter;
    case 'everything':
      return {};
  }
}

async function revoke(
  deps: SessionAdministrationDeps,
  target: RevocationTarget,
  by: { actor: string; address: string; facts: SessionFacts },
): Promise<number> {
  const { actor, address, facts } = by;
  if (target.kind !== 'filter') return revokeTokens(deps, tokensOf(target), { actor, address });
  const { nowMs } = facts;
  const revocations = await deps.store.revokeFiltered({
    filter: target.filter,
    facts,
    familiesMax: filteredFamiliesMax,
    nowMs,
    revocationExpiresAt: revocationExpiresAt(nowMs),
    audit: {
      at: nowMs,
      actor,
      action: 'tokens.revoked',
      target: targetId(target),
      outcome: 'done',
      address,
      detail: { kind: 'filter', filter: canonical(target.filter) },
    },
  });
  if (revocations === 'too_many') {
    throw new AppError('conflict', { public: `The filter means more than ${filteredFamiliesMax} sessions.` });
  }
  for (const revocation of revocations) deps.view.add(revocation);
  return revocations.length;
}

function tokensOf(target: Exclude<RevocationTarget, { kind: 'filter' }>): TokensOf {
  switch (target.kind) {
    case 'token':
      return { kind: 'token', subject: target.tokenId };
    case 'everything':
      return { kind: 'all', subject: '*' };
    case 'operator':
    case 'user':
      return { kind: 'subject', subject: target.id };
    default:
      return { kind: target.kind, subject: target.id };
  }
}

export type SessionAdministration = ReturnType<typeof createSessionAdministration>;
