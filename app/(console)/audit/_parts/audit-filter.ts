'use client';

/** Which entries the list shows; all of it in the URL, so that a finding can be sent to a colleague. */

import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import { useWithout } from '../../../_ui/use-without.ts';

export const outcomeFilters = ['all', 'done', 'refused'] as const;
export type OutcomeFilter = (typeof outcomeFilters)[number];

const sinceMs = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 };
export type Since = keyof typeof sinceMs;
export const sinces = ['1h', '24h', '7d', '30d'] as const satisfies Since[];
const minuteMs = 60_000;

const parsers = {
  text: parseAsString,
  actor: parseAsString,
  action: parseAsString,
  target: parseAsString,
  address: parseAsString,
  outcome: parseAsStringLiteral(outcomeFilters).withDefault('all'),
  since: parseAsStringLiteral(sinces),
  /** Fixed edges, from a link. */
  from: parseAsInteger,
  to: parseAsInteger,
};

/** What a click on a value narrows the list to. */
export const narrowings = ['actor', 'action', 'target', 'address'] as const;
export type Narrowing = (typeof narrowings)[number];

type State = ReturnType<typeof useQueryStates<typeof parsers>>[0];
export type FilterChange = Partial<{ [Name in keyof State]: State[Name] | null }>;

export function useAuditFilter() {
  const [state, setState] = useQueryStates(parsers);
  const { without, setWithout, leaveOut } = useWithout();
  const query = useMemo(
    () => ({ ...queryOf(state, Date.now()), without: without.join('\n') }),
    [state, without],
  );
  const change = useCallback((next: FilterChange) => void setState(next), [setState]);
  const clear = useCallback(() => {
    void setState(null);
    setWithout(null);
  }, [setState, setWithout]);
  const isNarrowed =
    without.length > 0 || Object.entries(state).some(([, value]) => value !== null && value !== 'all');
  return { state, query, change, clear, isNarrowed, without, setWithout, leaveOut };
}

/** Whole minutes, so that the same view asks the same question again. */
function queryOf(state: State, nowMs: number) {
  const { text, actor, action, target, address, outcome, since, from, to } = state;
  const fromMs = since === null ? from : Math.floor((nowMs - sinceMs[since]) / minuteMs) * minuteMs;
  return {
    ...{ text: text?.trim(), actor, action, target, address },
    outcome: outcome === 'all' ? undefined : outcome,
    fromMs,
    toMs: to,
  };
}
