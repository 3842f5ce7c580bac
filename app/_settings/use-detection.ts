'use client';

/** Detection settings: read, and changed field by field, so that two operators do not undo each other. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { DetectionSettings } from '../../lib/contract/exception.ts';
import { api } from '../_session/api.ts';
import { applyChange, type DetectionChange } from './detection-change.ts';

const path = '/api/settings';
const queryKey = ['settings'];

export function useDetection() {
  return useQuery({ queryKey, queryFn: ({ signal }) => api<DetectionSettings>({ path, signal }) });
}

export function useChangeDetection() {
  const queries = useQueryClient();
  return useCallback(
    async (change: DetectionChange) => {
      // The API replaces all settings: what another operator changed meanwhile is read first, and kept.
      const latest = await api<DetectionSettings>({ path });
      const stored = await api<DetectionSettings>({
        method: 'PUT',
        path,
        body: applyChange(latest, change),
      });
      queries.setQueryData(queryKey, stored);
      await queries.invalidateQueries();
      return stored;
    },
    [queries],
  );
}
