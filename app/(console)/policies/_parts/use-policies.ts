'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type {
  PolicyDryRun,
  PolicyOverview,
  PolicyText,
  PolicyVerdict,
  PolicyVersion,
} from '../../../../lib/contract/policies.ts';
import { api } from '../../../_session/api.ts';
import { askingEvery } from '../../../_ui/asking-every.ts';

export const policiesKey = ['policies'];
/** A pause in typing: one question per thought, not per letter. */
const restMs = 300;

export function usePolicies() {
  return useQuery({
    queryKey: policiesKey,
    queryFn: ({ signal }) => api<PolicyOverview>({ path: '/api/policies', signal }),
    // Somebody else may publish while this page is open.
    refetchInterval: askingEvery(15_000),
  });
}

/** Text of a version never changes. */
export function usePolicyVersion(version: number | undefined) {
  return useQuery({
    queryKey: ['policies', 'version', version],
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => api<PolicyVersion>({ path: `/api/policies/versions/${version}`, signal }),
  });
}

/** Mistakes of a draft, looked for when the typing rests. */
export function useVerdict(policies: PolicyText[], enabled: boolean) {
  const rested = useRested(policies);
  const { data, isFetching, error } = useQuery({
    queryKey: ['policies', 'verdict', rested],
    enabled,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api<PolicyVerdict>({
        method: 'POST',
        path: '/api/policies/validate',
        body: { policies: rested },
        signal,
      }),
  });
  return { verdict: data, isChecking: isFetching || rested !== policies, error };
}

/** What a draft would have answered otherwise; asked when it is wanted, since it decides a day's requests again. */
export function useDryRun(policies: PolicyText[] | undefined) {
  return useQuery({
    queryKey: ['policies', 'dry-run', policies],
    enabled: policies !== undefined,
    gcTime: 60_000,
    queryFn: ({ signal }) =>
      api<PolicyDryRun>({ method: 'POST', path: '/api/policies/dry-run', body: { policies }, signal }),
  });
}

function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
