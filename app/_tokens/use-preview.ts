'use client';

import { useQuery } from '@tanstack/react-query';
import type { RevocationPreview, RevocationTarget } from '../../lib/contract/sessions.ts';
import { api } from '../_session/api.ts';

/** Whom revoking a target would reach now; nothing is asked without one. */
export function usePreview(target: RevocationTarget | undefined) {
  return useQuery({
    queryKey: ['revocation-preview', target],
    enabled: target !== undefined,
    // Counted anew for each question: what was true a minute ago is not what will end.
    gcTime: 0,
    queryFn: ({ signal }) =>
      api<RevocationPreview>({ method: 'POST', path: '/api/sessions/preview', body: target, signal }),
  });
}
