'use client';

import { useMemo } from 'react';
import type { SessionFilter, SessionSummary } from '../../../../lib/contract/sessions.ts';
import { fetchAllRows, useList } from '../../../_ui/use-list.ts';

const refetchEveryMs = 5_000;

export function useSessionRows(filter: SessionFilter) {
  const query = useMemo(() => ({ ...filter, without: filter.without?.join('\n') }), [filter]);
  const found = useList<SessionSummary>('/api/sessions', query, refetchEveryMs);
  const allRows = () => fetchAllRows<SessionSummary>('/api/sessions', query);
  return { ...found, allRows };
}
