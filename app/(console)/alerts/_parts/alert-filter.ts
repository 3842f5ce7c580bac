'use client';

/** Which alerts the list shows; all of it in the URL, so that a view can be sent to a colleague. */

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import type { DetectorKind } from '../../../../lib/contract/decision.ts';
import { useWithout } from '../../../_ui/use-without.ts';
import { kindNames, statusNames } from '../../../_ui/words.ts';

export const statusFilters = ['all', 'open', 'acknowledged', 'resolved', 'muted'] as const;
export type StatusFilter = (typeof statusFilters)[number];

export const statusFilterNames: Record<StatusFilter, string> = { all: 'All', ...statusNames };

const kinds = Object.keys(kindNames).filter(isKind);

function isKind(value: string): value is DetectorKind {
  return Object.hasOwn(kindNames, value);
}

const parsers = {
  status: parseAsStringLiteral(statusFilters).withDefault('open'),
  kind: parseAsStringLiteral(kinds),
  user: parseAsString,
  endpoint: parseAsString,
  ip: parseAsString,
  text: parseAsString,
};

export const narrowings = ['user', 'endpoint', 'ip'] as const;
export type Narrowing = (typeof narrowings)[number];

export function useAlertFilter() {
  const [state, setState] = useQueryStates(parsers);
  const { without, setWithout, leaveOut } = useWithout();
  const query = useMemo(
    () => ({
      ...state,
      status: state.status === 'all' ? null : state.status,
      without: without.join('\n'),
    }),
    [state, without],
  );
  const change = useCallback(
    (next: Partial<Record<'text' | 'kind' | Narrowing, string | null>> & { status?: StatusFilter }) => {
      const { kind, ...rest } = next;
      void setState({
        ...rest,
        ...(kind === undefined ? {} : { kind: kind !== null && isKind(kind) ? kind : null }),
      });
    },
    [setState],
  );
  const { status: _, ...narrowing } = state;
  const isNarrowed = without.length > 0 || Object.values(narrowing).some((value) => value !== null);
  const clear = useCallback(() => {
    void setState(null);
    setWithout(null);
  }, [setState, setWithout]);
  return { state, query, change, clear, isNarrowed, without, setWithout, leaveOut };
}
