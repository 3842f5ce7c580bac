'use client';

/** What an operator can answer an alert with, one or many at a time; every view of the alerts is told. */

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { toast } from '../../../_ui/toast.tsx';
import { plural } from '../../../_ui/words.ts';

export type AlertAction = 'acknowledge' | 'resolve' | 'mute' | 'reopen';

const doneWords: Record<AlertAction, string> = {
  acknowledge: 'Acknowledged',
  resolve: 'Resolved',
  mute: 'Muted',
  reopen: 'Reopened',
};

export const muteLengths = [
  { ms: 3_600_000, label: '1 hour' },
  { ms: 8 * 3_600_000, label: '8 hours' },
  { ms: 24 * 3_600_000, label: '1 day' },
  { ms: 7 * 24 * 3_600_000, label: '7 days' },
];

/** One call may change this many; the API refuses more. */
const bulkMax = 200;

export interface AlertOrder {
  ids: readonly string[];
  action: AlertAction;
  /** For `mute`. */
  forMs?: number;
}

export function useAlertActions() {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<AlertAction>();
  const act = useCallback(
    async ({ ids, action, forMs }: AlertOrder) => {
      setBusy(action);
      try {
        for (let at = 0; at < ids.length; at += bulkMax) {
          const untilMs = forMs === undefined ? undefined : Date.now() + forMs;
          const body = {
            ids: ids.slice(at, at + bulkMax),
            action,
            ...(untilMs === undefined ? {} : { untilMs }),
          };
          await api({ method: 'POST', path: '/api/alerts/bulk', body });
        }
        toast({ text: `${doneWords[action]} ${ids.length} ${plural(ids.length, 'alert')}.` });
      } catch (error) {
        toast({ text: `Not done: ${problemText(error)}`, failing: true });
      }
      setBusy(undefined);
      await Promise.all(
        ['/api/alerts', 'alert'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
    },
    [queries],
  );
  return { act, busy };
}
