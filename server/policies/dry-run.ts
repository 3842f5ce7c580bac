/** What a draft would change: the last day's requests, decided by the policies in force and by the draft. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type PolicyChange, type PolicyDryRun, policyChangesMax } from '../../lib/contract/policies.ts';
import { definitionOf } from './actions.table.ts';
import type { Cedar } from './cedar.ts';
import { type DecisionRequest, decisionRequestSchema } from './decision-request.ts';

/** Decisions between two looks at everything else that waits: about 3 ms. */
const perTurn = 20;

interface Recorded {
  request: unknown;
  count: number;
  lastAt: number;
}

/** The draft is loaded already, and nobody else loads one meanwhile. */
export async function dryRun(
  cedar: Pick<Cedar, 'decide'>,
  recorded: readonly Recorded[],
): Promise<Omit<PolicyDryRun, 'verdict' | 'sinceAt'>> {
  const changes: PolicyChange[] = [];
  let requests = 0;
  let distinct = 0;
  for (const [at, { request: stored, count, lastAt }] of recorded.entries()) {
    if (at % perTurn === 0) await nextTurn();
    const request = decisionRequestSchema.safeParse(stored);
    // A row of an older version may speak of what is no more.
    if (!request.success || definitionOf(request.data.action) === undefined) continue;
    requests += count;
    distinct += 1;
    const from = cedar.decide('current', request.data).outcome;
    const { outcome: to, policies } = cedar.decide('draft', request.data);
    if (from !== to) changes.push({ ...described(request.data), from, to, policies, count, lastAt });
  }
  const merged = mergeAlike(changes).toSorted((a, b) => b.count - a.count);
  const changedRequests = merged.reduce((sum, { count }) => sum + count, 0);
  return { requests, distinct, changes: merged.slice(0, policyChangesMax), changedRequests };
}

function described({ principal, action, resource }: DecisionRequest) {
  const { kind, id, name } = principal;
  const role = principal.kind === 'operator' ? principal.role : principal.serviceKind;
  const type = definitionOf(action)?.resource ?? '';
  return { action, principal: { kind, id, name, role }, resource: { type, id: resource.id } };
}

/** Hours and addresses are not listed, so rows that differ in them alone are one. */
function mergeAlike(changes: readonly PolicyChange[]): PolicyChange[] {
  const merged = new Map<string, PolicyChange>();
  for (const change of changes) {
    const { count, lastAt, ...rest } = change;
    const key = JSON.stringify(rest);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...change });
    else {
      known.count += count;
      known.lastAt = Math.max(known.lastAt, lastAt);
    }
  }
  return [...merged.values()];
}
