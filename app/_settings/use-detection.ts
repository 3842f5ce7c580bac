'use client';

/** Detection settings: read, and changed field by field, so that two operators do not undo each other. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Mode } from '../../lib/contract/decision.ts';
import type { DetectionSettings } from '../../lib/contract/exception.ts';
import { api } from '../_session/api.ts';

const path = '/api/settings';
const queryKey = ['settings'];

export function useDetection() {
  return useQuery({ queryKey, queryFn: ({ signal }) => api<DetectionSettings>({ path, signal }) });
}

export type DetectionChange = Partial<Omit<DetectionSettings, 'modeByEndpoint'>> & {
  /** Undefined takes an endpoint's own mode away. */
  modeByEndpoint?: Record<string, Mode | undefined>;
};

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

export function applyChange(settings: DetectionSettings, change: DetectionChange): DetectionSettings {
  const modes = Object.entries({ ...settings.modeByEndpoint, ...change.modeByEndpoint });
  const kept = modes.filter((entry): entry is [string, Mode] => entry[1] !== undefined);
  return { ...settings, ...change, modeByEndpoint: Object.fromEntries(kept) };
}
