'use client';

import { useQuery } from '@tanstack/react-query';
import type { SessionDetail } from '../../../../lib/contract/sessions.ts';
import { api } from '../../../_session/api.ts';

/** A live session rotates about every ten minutes; its end should be seen soon. */
const refetchEveryMs = 5_000;

export function useSessionDetail(id: string) {
  return useQuery({
    queryKey: ['session', id],
    queryFn: ({ signal }) => api<SessionDetail>({ path: `/api/sessions/${encodeURIComponent(id)}`, signal }),
    refetchInterval: ({ state }) => (state.data?.session.status === 'live' ? refetchEveryMs : false),
  });
}
