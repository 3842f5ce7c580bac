/**
 * What is known about operators and their sessions now, in memory, so that every decision can look at it: role, team,
 * clearance, whether they are disabled, the risk that Tidegate's own engine sees, and sessions that must show their
 * passkey. Read from storage when an operator first calls, followed at every change; whoever depends on it is told.
 */

import type { OperatorRole } from '../../lib/contract/operators.ts';

export interface OperatorStanding {
  /** `opr_…` */
  id: string;
  name: string;
  role: OperatorRole;
  team: string;
  clearance: number;
  disabledAt: number | undefined;
}

/** Challenged sessions kept; each is one that an alert named. */
const challengesMax = 10_000;

export type Standing = ReturnType<typeof createStanding>;

export function createStanding(deps: {
  findOperator: (operatorId: string) => Promise<OperatorStanding | undefined>;
}) {
  const known = new Map<string, OperatorStanding>();
  const risks = new Map<string, number>();
  const challenges = new Map<string, { atMs: number; answeredAt?: number }>();
  const listeners = new Set<() => void>();

  function tell(): void {
    for (const listener of listeners) listener();
  }

  return {
    /** From memory where possible; a few hundred operators at most exist. */
    async find(operatorId: string): Promise<OperatorStanding | undefined> {
      const kept = known.get(operatorId);
      if (kept !== undefined) return kept;
      const found = await deps.findOperator(operatorId);
      // A change that was stored meanwhile is newer than what was read.
      const newer = known.get(operatorId);
      if (newer === undefined && found !== undefined) known.set(operatorId, found);
      return newer ?? found;
    },

    /** All of them, at the start, so that decisions about somebody who has not called yet know the role. */
    load(operators: readonly OperatorStanding[]): void {
      for (const operator of operators) known.set(operator.id, operator);
    },

    /** What the last decision about this operator can look at; undefined until `find` has read it. */
    of: (operatorId: string): OperatorStanding | undefined => known.get(operatorId),

    /** Call when a change was stored: the next decision follows it. */
    changed(operator: OperatorStanding): void {
      known.set(operator.id, operator);
      tell();
    },

    /** 0 (calm) to 100. */
    riskOf: (operatorId: string): number => risks.get(operatorId) ?? 0,

    /** Operators whose risk is at least this. */
    atRisk: (riskMin: number): string[] =>
      [...risks].flatMap(([operatorId, risk]) => (risk >= riskMin ? [operatorId] : [])),

    /** Replaces all risks: those that are not named are calm. */
    setRisks(next: ReadonlyMap<string, number>): void {
      const same =
        next.size === risks.size && [...next].every(([operatorId, risk]) => risks.get(operatorId) === risk);
      if (same) return;
      risks.clear();
      for (const [operatorId, risk] of next) risks.set(operatorId, risk);
      tell();
    },

    /** Until a passkey is used later than `atMs`, this session may do nothing but concern itself. */
    challenge(familyId: string, atMs: number): void {
      if (challenges.size >= challengesMax) {
        const [oldest] = challenges.keys();
        if (oldest !== undefined) challenges.delete(oldest);
      }
      challenges.set(familyId, { atMs });
      tell();
    },

    /** Call when the session has used its passkey: tokens that it gets from now on are not held back. */
    passkeyUsed(familyId: string, atMs: number): void {
      const asked = challenges.get(familyId);
      if (asked !== undefined) challenges.set(familyId, { ...asked, answeredAt: atMs });
    },

    /** Whoever holds a token from before the passkey was used is still asked: it may be the other one. */
    isChallenged(familyId: string, token: { authAt: number; issuedAt: number }): boolean {
      const asked = challenges.get(familyId);
      if (asked === undefined || token.authAt >= asked.atMs) return false;
      // `iat` has whole seconds.
      return asked.answeredAt === undefined || token.issuedAt < Math.floor(asked.answeredAt / 1000) * 1000;
    },

    onChanged(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
