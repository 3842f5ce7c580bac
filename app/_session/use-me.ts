'use client';

import { useQuery } from '@tanstack/react-query';
import type { Me } from '../../lib/contract/operators.ts';
import { api } from './api.ts';

/** Who is signed in, with what they may do. */
export function useMe(): Me | undefined {
  return useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => api<Me>({ path: '/api/me', signal }),
    staleTime: 30_000,
  }).data;
}

/**
 * Whether to offer an action: the server decides again when it is used. What is not known yet is offered, so that
 * nothing appears or jumps for those who may do everything.
 */
export function useMay(): (action: string) => boolean {
  const me = useMe();
  return (action) => me?.may[action] !== 'deny';
}
