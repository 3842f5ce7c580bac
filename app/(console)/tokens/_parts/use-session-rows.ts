'use client';

import { useState } from 'react';
import type { SessionFilter, SessionSummary } from '../../../../lib/contract/sessions.ts';
import { useLive } from '../../../_live/use-live.ts';
import { fetchAllRows, useList } from '../../../_ui/use-list.ts';

/** While the reader is at the top of the list; further down nothing may move. */
const refetchEveryMs = 5_000;

export function useSessionRows(filter: SessionFilter) {
  const [isAtTop, setAtTop] = useState(true);
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  const query = { ...filter, without: filter.without?.join('\n') };
  const found = useList<SessionSummary>(
    '/api/sessions',
    query,
    isAtTop && !isPaused ? refetchEveryMs : undefined,
  );
  const allRows = () => fetchAllRows<SessionSummary>('/api/sessions', query);
  return { ...found, allRows, setAtTop };
}
