'use client';

import { useQuery } from '@tanstack/react-query';
import type { Page } from '../../../../lib/contract/console.ts';
import type { OAuthClient } from '../../../../lib/contract/oauth.ts';
import { api } from '../../../_session/api.ts';
import { askingEvery } from '../../../_ui/asking-every.ts';

export const clientsKey = ['clients'];

/** All of them: an installation has dozens, and the API tells them at once. */
export function useClients() {
  return useQuery({
    queryKey: clientsKey,
    queryFn: ({ signal }) => api<Page<OAuthClient>>({ path: '/api/clients', signal }),
    // The first use of a new secret is what its maker waits for.
    refetchInterval: askingEvery(5_000),
  });
}
