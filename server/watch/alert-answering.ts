/**
 * Answers an alert at its root: what Tidegate gave out is slowed down, challenged or taken back. Done by one click, or
 * by itself for the kinds that the settings name; both are in the alert's timeline and in the audit. The same listener
 * keeps the risk of operators, which every decision looks at.
 */

import type { AlertAnswer, AlertAnswered, AlertAnswers } from '../../lib/contract/alert-answers.ts';
import type { AlertSummary } from '../../lib/contract/console.ts';
import type { Identity } from '../identity/identity.ts';
import type { Standing } from '../policies/standing.ts';
import type { AnswerSettings } from '../storage/alert-answers.ts';
import type { Actor, Alerts } from '../storage/alerts.ts';
import { holderOf, riskOf } from './alert-holders.ts';
import type { SessionThrottle } from './session-throttle.ts';

export interface AnsweringDeps {
  alerts: Pick<Alerts, 'onChanged' | 'list' | 'note'>;
  answers: AnswerSettings;
  /** Live families of a holder, or the one that is named. */
  liveFamilies: (of: { holderId?: string; familyId?: string }) => Promise<{ id: string; holderId: string }[]>;
  standing: Pick<Standing, 'setRisks' | 'challenge'>;
  throttle: Pick<SessionThrottle, 'order'>;
  identity: Pick<Identity, 'revokeTokens'>;
  every: (intervalMs: number, work: () => void) => () => void;
  clock: { now(): number };
  log: { error(details: object, message: string): void };
}

export type AlertAnswering = Awaited<ReturnType<typeof createAlertAnswering>>;

/** Alerts about holders that are remembered; the oldest go first. */
const keptMax = 2_000;
/** Risk falls by itself as time passes. */
const reviewMs = 60_000;
const tidegate: Actor = { operatorId: 'tidegate', name: 'tidegate', address: 'local' };

export async function createAlertAnswering(deps: AnsweringDeps) {
  const known = new Map<string, AlertSummary>();
  const answered = new Set<string>();
  let automatic = await deps.answers.read();
  let working: Promise<void> = Promise.resolve();

  function review(): void {
    const risks = new Map<string, number>();
    for (const alert of known.values()) {
      const holderId = holderOf(alert)?.holderId;
      const risk = riskOf(alert, deps.clock.now());
      if (holderId === undefined || risk === 0) continue;
      risks.set(holderId, Math.max(risk, risks.get(holderId) ?? 0));
    }
    deps.standing.setRisks(risks);
  }

  function keep(alert: AlertSummary): void {
    known.delete(alert.id);
    known.set(alert.id, alert);
    const [oldest] = known.keys();
    if (known.size > keptMax && oldest !== undefined) {
      known.delete(oldest);
      answered.delete(oldest);
    }
  }

  async function answer(alert: AlertSummary, what: AlertAnswer, by: Actor): Promise<AlertAnswered> {
    const holder = holderOf(alert);
    const families = holder === undefined ? [] : await deps.liveFamilies(familiesOf(holder));
    const done: string[] = [];
    for (const family of families) if (await act(deps, family, what, by)) done.push(family.id);
    await deps.alerts.note({ id: alert.id, action: what, families: done, actor: by });
    return { answer: what, families: done };
  }

  function answerByItself(alert: AlertSummary): void {
    const what = automatic[alert.kind];
    if (what === 'none' || alert.mode === 'shadow' || alert.status !== 'open' || answered.has(alert.id))
      return;
    answered.add(alert.id);
    working = working
      .then(() => answer(alert, what, tidegate))
      .then(() => {})
      .catch((error: unknown) => {
        answered.delete(alert.id);
        deps.log.error({ err: error, alertId: alert.id }, 'an alert could not be answered');
      });
  }

  function follow(changed: readonly AlertSummary[]): void {
    const concerned = changed.filter((alert) => holderOf(alert) !== undefined);
    if (concerned.length === 0) return;
    for (const alert of concerned) keep(alert);
    review();
    for (const alert of concerned) answerByItself(alert);
  }

  for (const status of ['open', 'acknowledged'] as const) {
    const { items } = await deps.alerts.list({ status, limit: 200 });
    // What was open before this start has been answered then.
    for (const alert of items.filter((each) => holderOf(each) !== undefined)) {
      answered.add(alert.id);
      keep(alert);
    }
  }
  review();
  const stops = [deps.alerts.onChanged(follow), deps.every(reviewMs, review)];
  return {
    settings: (): AlertAnswers => automatic,
    async change(next: AlertAnswers, by: Actor): Promise<AlertAnswers> {
      automatic = await deps.answers.write(next, by);
      return automatic;
    },
    answer,
    /** Resolves when what is under way is done. */
    settled: () => working,
    async close(): Promise<void> {
      for (const stop of stops) stop();
      await working;
    },
  };
}

/** The session that the alert names; all of the holder's where it names none. */
function familiesOf({ holderId, familyId }: { holderId?: string; familyId?: string }) {
  if (familyId !== undefined) return { familyId };
  return holderId === undefined ? {} : { holderId };
}

/** False where it does not apply: a caller's rate is the engine's to limit, and a machine has no passkey to show. */
async function act(
  deps: AnsweringDeps,
  family: { id: string; holderId: string },
  what: AlertAnswer,
  by: Actor,
): Promise<boolean> {
  const isOperator = family.holderId.startsWith('opr_');
  if (what === 'throttle') {
    if (isOperator) deps.throttle.order(family.id);
    return isOperator;
  }
  if (what === 'step_up' && isOperator) {
    deps.standing.challenge(family.id, deps.clock.now());
    return true;
  }
  // A caller shows its passkey by signing in again, which is what the end of its session asks for.
  if (what === 'step_up' && !family.holderId.startsWith('cal_')) return false;
  await deps.identity.revokeTokens(
    { kind: 'family', subject: family.id },
    { actor: by.operatorId, address: by.address },
  );
  return true;
}
