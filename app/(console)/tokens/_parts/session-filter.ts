'use client';

/** Which sessions the list shows; all of it in the URL, and the same filter is what a revocation of many means. */

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import type { HolderKind, SessionFilter, SessionStatus } from '../../../../lib/contract/sessions.ts';
import { useWithout } from '../../../_ui/use-without.ts';

export const statusFilters = ['live', 'expired', 'revoked', 'all'] as const;
export type StatusFilter = (typeof statusFilters)[number];
export const holderKinds = ['operator', 'user', 'client'] as const satisfies readonly HolderKind[];
export const riskFilters = ['20', '40', '70'] as const;
export const unusedFilters = ['1h', '1d', '3d'] as const;

const unusedMs = { '1h': 3_600_000, '1d': 86_400_000, '3d': 3 * 86_400_000 };
const minuteMs = 60_000;

const parsers = {
  status: parseAsStringLiteral(statusFilters).withDefault('live'),
  holder: parseAsStringLiteral(holderKinds),
  risk: parseAsStringLiteral(riskFilters),
  unused: parseAsStringLiteral(unusedFilters),
  operator: parseAsString,
  user: parseAsString,
  client: parseAsString,
  device: parseAsString,
  address: parseAsString,
  text: parseAsString,
};

/** What a click on a value narrows the list to. */
export const narrowings = ['operator', 'user', 'client', 'device', 'address'] as const;
export type Narrowing = (typeof narrowings)[number];

type State = ReturnType<typeof useQueryStates<typeof parsers>>[0];
export type FilterChange = Partial<{ [Name in keyof State]: State[Name] | null }>;

export function useSessionFilter() {
  const [state, setState] = useQueryStates(parsers);
  const { without, setWithout, leaveOut } = useWithout();
  const filter = useMemo(() => filterOf(state, without, Date.now()), [state, without]);
  const change = useCallback((next: FilterChange) => void setState(next), [setState]);
  const clear = useCallback(() => {
    void setState(null);
    setWithout(null);
  }, [setState, setWithout]);
  const isNarrowed =
    without.length > 0 || Object.entries(state).some(([name, value]) => name !== 'status' && value !== null);
  return { state, filter, change, clear, isNarrowed, without, setWithout, leaveOut };
}

/** Whole minutes, so that the same view asks the same question again. */
function filterOf(state: State, without: string[], nowMs: number): SessionFilter {
  const { status, holder, risk, unused, operator, user, client, device, address, text } = state;
  const found: { [Name in keyof SessionFilter]: SessionFilter[Name] | null | undefined } = {
    status: status === 'all' ? undefined : (status satisfies SessionStatus),
    holder,
    riskMin: risk === null ? undefined : Number(risk),
    unusedSince: unused === null ? undefined : Math.floor((nowMs - unusedMs[unused]) / minuteMs) * minuteMs,
    operatorId: operator,
    user,
    clientId: client,
    deviceId: device,
    address,
    text: text?.trim() || undefined,
    without: without.length === 0 ? undefined : without,
  };
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== null && value !== undefined),
  );
}
