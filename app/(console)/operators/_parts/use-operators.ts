'use client';

import { useQuery } from '@tanstack/react-query';
import type { Page } from '../../../../lib/contract/console.ts';
import type { Invite, OperatorAccount } from '../../../../lib/contract/operators.ts';
import { useLive } from '../../../_live/use-live.ts';
import { api } from '../../../_session/api.ts';
import { askingEvery } from '../../../_ui/asking-every.ts';

/** A few dozen at most: the list is here as a whole. */
const refetchEveryMs = 5_000;

export function useOperators() {
  return useWhole<OperatorAccount>('/api/operators');
}

export function useInvites() {
  return useWhole<Invite>('/api/invites');
}

function useWhole<T>(path: string) {
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  return useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => api<Page<T>>({ path, signal }),
    refetchInterval: askingEvery(isPaused ? undefined : refetchEveryMs),
  });
}
