/**
 * The decision point: puts together what is known about who asks, what for, and under which circumstances, and lets
 * Cedar decide by the policies in force. Nothing in here comes from the caller but the id of what is asked for.
 * Whoever is not known, is disabled, or cannot be described to Cedar is denied.
 */

import type { PolicyText } from '../../lib/contract/policies.ts';
import { authenticationAgeMs, operationOf } from '../../lib/identity/confirmation.ts';
import { type Action, actions } from './actions.table.ts';
import type { Asker } from './asker.ts';
import type { Cedar, Verdict } from './cedar.ts';
import {
  type DecisionRequest,
  type Grants,
  hasRank,
  type OperatorFacts,
  type ServiceFacts,
} from './decision-request.ts';
import { networkOf } from './network.ts';
import type { Standing } from './standing.ts';

/** What it is done to; its type follows from the action. Without an id: all of them. */
export interface Resource {
  id?: string | undefined;
  /** `opr_…`, where it belongs to an operator. */
  owner?: string | undefined;
  /** Of an account, before the change. */
  role?: Grants['role'] | undefined;
  /** What is given to somebody by it. */
  grants?: Grants | undefined;
  /** Text that tells this change from another of the same thing, so that one is not confirmed for the other. */
  change?: string | undefined;
}

export interface Decision extends Verdict {
  policyVersion: number;
  /** Names what a step-up would confirm. */
  operation: string;
}

/** A decision as it was made, for the record of the last day and for the audit of denials. */
export interface Decided extends Decision {
  request: DecisionRequest;
  atMs: number;
}

export interface PoliciesInForce {
  version: number;
  documents: PolicyText[];
  /** Id -> text. */
  policies: Record<string, string>;
}

export interface AuthorityDeps {
  cedar: Cedar;
  standing: Pick<Standing, 'of' | 'riskOf' | 'isChallenged' | 'onChanged'>;
  inForce: PoliciesInForce;
  /** What this installation calls itself. */
  environment: string;
  clock: { now(): number };
}

/** A program is asked about at every batch: the answer for the same thing is kept this long. */
const serviceAnswerMs = 1_000;
const serviceAnswersMax = 5_000;

export type Authority = ReturnType<typeof createAuthority>;

export function createAuthority(deps: AuthorityDeps) {
  let { inForce } = deps;
  let epoch = 0;
  const asked = new WeakSet<Asker>();
  const decidedListeners = new Set<(decided: Decided) => void>();
  const changeListeners = new Set<() => void>();
  deps.cedar.load('current', inForce.policies);

  function decideRequest(request: DecisionRequest, operation: string): Decision {
    return { ...deps.cedar.decide('current', request), policyVersion: inForce.version, operation };
  }

  function judge(asker: Asker, action: Action, resource: Resource): Decided {
    const operation = nameOf(action, resource);
    const request = describe(deps, asker, { action, operation }, resource);
    return { ...decideRequest(request, operation), request, atMs: deps.clock.now() };
  }

  function moved(): void {
    epoch += 1;
    for (const listener of changeListeners) listener();
  }

  const services = createServiceAnswers(deps, decideRequest, () => epoch);
  const stop = deps.standing.onChanged(moved);

  return {
    /** The answer, leaving no trace: to show what may be done, and to look again at what was allowed before. */
    judge: (asker: Asker, action: Action, resource: Resource): Decided => judge(asker, action, resource),

    /** The answer to somebody who asks for it. */
    decide(asker: Asker, action: Action, resource: Resource): Decision {
      asked.add(asker);
      const decided = judge(asker, action, resource);
      for (const listener of decidedListeners) listener(decided);
      return decided;
    },

    /** The answer to a program, which asks at every batch: kept for a second, and told once for as long. */
    decideService(service: ServiceFacts, action: Action, address: string): Decision {
      const { decided, isNew } = services(service, action, address);
      if (isNew) for (const listener of decidedListeners) listener(decided);
      return decided;
    },

    /** Whether anything was decided for this request: what answers without having asked is a defect. */
    wasAsked: (asker: Asker): boolean => asked.has(asker),

    inForce: (): PoliciesInForce => inForce,

    /** Puts other policies in force for the next decision, and has every open connection looked at again. */
    replace(next: PoliciesInForce): void {
      deps.cedar.load('current', next.policies);
      inForce = next;
      moved();
    },

    /** Moves whenever an answer given before may be another now; time and address are not in it. */
    epoch: (): number => epoch,

    onDecided(listener: (decided: Decided) => void): () => void {
      decidedListeners.add(listener);
      return () => decidedListeners.delete(listener);
    },

    onChanged(listener: () => void): () => void {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },

    close: stop,
  };
}

/** `operator.update opr_…:role=viewer` */
function nameOf(action: Action, { id, change }: Resource): string {
  return operationOf(action, change === undefined ? id : `${id ?? ''}:${change}`);
}

function describe(
  deps: AuthorityDeps,
  asker: Asker,
  { action, operation }: { action: Action; operation: string },
  resource: Resource,
): DecisionRequest {
  const nowMs = deps.clock.now();
  const ageMs = authenticationAgeMs(asker, operation, nowMs);
  return {
    principal: operatorFacts(deps, asker),
    action,
    resource: {
      id: resource.id ?? '',
      environment: deps.environment,
      ...roleOf(deps, action, resource),
      ...ownerOf(asker, resource),
    },
    context: {
      ...networkOf(asker.address),
      ...timeOf(nowMs),
      transport: asker.transport,
      authenticationAgeSeconds: Math.max(0, Math.floor(ageMs / 1000)),
      ...(resource.grants === undefined ? {} : { grants: resource.grants }),
    },
  };
}

/** Somebody who is unknown or disabled has no attribute that anything could be permitted by. */
function operatorFacts(deps: AuthorityDeps, asker: Asker): OperatorFacts {
  const { operatorId, familyId } = asker;
  const known = deps.standing.of(operatorId);
  const standing = known?.disabledAt === undefined ? known : undefined;
  return {
    kind: 'operator',
    id: operatorId,
    name: asker.name,
    role: standing?.role ?? 'viewer',
    team: standing?.team ?? '',
    clearance: standing?.clearance ?? -1,
    deviceTrust: asker.deviceTrust,
    session: asker.enrolOnly === true ? 'enrol' : 'passkey',
    risk: deps.standing.riskOf(operatorId),
    challenged: deps.standing.isChallenged(familyId, asker),
  };
}

/** Of the operator that it is about: as whoever asks knows it, or as it is known here; else the highest there is. */
function roleOf(deps: AuthorityDeps, action: Action, { id, role }: Resource): { role?: Grants['role'] } {
  if (role !== undefined) return { role };
  if (id === undefined || !id.startsWith('opr_') || !hasRank(actions[action].resource)) return {};
  return { role: deps.standing.of(id)?.role ?? 'owner' };
}

/** Without an id it is the caller's own list; with one, whoever asks says whose it is. */
function ownerOf(asker: Asker, { id, owner }: Resource): { owner?: string } {
  if (owner !== undefined) return owner.startsWith('opr_') ? { owner } : {};
  const isOwn = id === undefined || id === asker.operatorId || id === asker.familyId;
  return isOwn ? { owner: asker.operatorId } : {};
}

function timeOf(nowMs: number): { hour: number; weekday: number } {
  const now = new Date(nowMs);
  return { hour: now.getUTCHours(), weekday: now.getUTCDay() };
}

function createServiceAnswers(
  deps: AuthorityDeps,
  decide: (request: DecisionRequest, operation: string) => Decision,
  epochNow: () => number,
) {
  const kept = new Map<string, { epoch: number; decided: Decided }>();
  return (service: ServiceFacts, action: Action, address: string): { decided: Decided; isNew: boolean } => {
    const atMs = deps.clock.now();
    const key = `${service.id}|${action}|${address}`;
    const known = kept.get(key);
    if (known?.epoch === epochNow() && atMs - known.decided.atMs < serviceAnswerMs) {
      return { decided: known.decided, isNew: false };
    }
    const context = {
      ...networkOf(address),
      ...timeOf(atMs),
      transport: 'http' as const,
      authenticationAgeSeconds: 0,
    };
    const resource = { id: '', environment: deps.environment };
    const request: DecisionRequest = { principal: service, action, resource, context };
    const decided = { ...decide(request, action), request, atMs };
    if (kept.size >= serviceAnswersMax) kept.clear();
    kept.set(key, { epoch: epochNow(), decided });
    return { decided, isNew: true };
  };
}
