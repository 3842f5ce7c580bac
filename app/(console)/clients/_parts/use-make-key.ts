'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { IngestKeyCreated, IngestKeyDraft } from '../../../../lib/contract/console.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { toast } from '../../../_ui/toast.tsx';

export const ingestKeysKey = ['ingest-keys'];

export function useMakeKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: IngestKeyDraft) =>
      api<IngestKeyCreated>({
        ...{ method: 'POST', path: '/api/ingest-keys', body: draft, subject: draft.name },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ingestKeysKey }),
    onError: (error) => toast({ text: `Not made: ${problemText(error)}`, failing: true }),
  });
}

export type MakeKey = ReturnType<typeof useMakeKey>;
