'use client';

import { useQuery } from '@tanstack/react-query';
import type { AlertDetail } from '../../../../lib/contract/console.ts';
import { api } from '../../../_session/api.ts';
import { encodePart } from '../../../_ui/paths.ts';

/** While an alert may still change; the socket tells of changes sooner, its series it does not tell. */
const refetchEveryMs = 15_000;

export function useAlert(id: string) {
  return useQuery({
    queryKey: ['alert', id],
    queryFn: ({ signal }) => api<AlertDetail>({ path: `/api/alerts/${encodePart(id)}`, signal }),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && data.alert.endedAt === undefined ? refetchEveryMs : false,
  });
}
