'use client';

/** The standing orders: throttles that Tidegate set, and exceptions that people made. */

import { useQuery } from '@tanstack/react-query';
import { ShieldPlus } from 'lucide-react';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import type { Page as ListPage } from '../../../../lib/contract/console.ts';
import type { Throttle } from '../../../../lib/contract/decision.ts';
import type { Exception } from '../../../../lib/contract/exception.ts';
import { useLive } from '../../../_live/use-live.ts';
import { api } from '../../../_session/api.ts';
import { May } from '../../../_session/may.tsx';
import { askingEvery } from '../../../_ui/asking-every.ts';
import { Button } from '../../../_ui/button.tsx';
import { ExceptDialog } from '../../../_ui/except-dialog.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { Segmented } from '../../../_ui/segmented.tsx';
import { ExceptionList } from './exception-list.tsx';
import { ThrottleList } from './throttle-list.tsx';

const refetchEveryMs = 3_000;
const tab = parseAsStringLiteral(['throttles', 'exceptions']).withDefault('throttles');
const everything = { scope: {} };

export function Orders() {
  const [shown, show] = useQueryState('tab', tab);
  const [adding, setAdding] = useState(false);
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  const throttles = useQuery({
    queryKey: ['throttles'],
    queryFn: ({ signal }) => api<ListPage<Throttle>>({ path: '/api/throttles', signal }),
    refetchInterval: askingEvery(isPaused ? undefined : refetchEveryMs),
  });
  const exceptions = useQuery({
    queryKey: ['exceptions'],
    queryFn: ({ signal }) => api<ListPage<Exception>>({ path: '/api/exceptions', signal }),
  });
  return (
    <Page
      title="Throttles"
      note={
        shown === 'throttles'
          ? 'Limits in force now, on every enforcement point. Each ends by itself.'
          : 'Orders by people not to act. Each has an end.'
      }
      actions={
        <>
          <Segmented
            label="What to show"
            value={shown}
            onChange={(next) => void show(next)}
            options={[
              { value: 'throttles', label: 'In force', count: throttles.data?.total },
              { value: 'exceptions', label: 'Exceptions', count: exceptions.data?.total },
            ]}
          />
          <May action="exception.create">
            <Button icon={ShieldPlus} onClick={() => setAdding(true)}>
              Add an exception
            </Button>
          </May>
        </>
      }
    >
      {shown === 'throttles' ? (
        <ThrottleList query={throttles} />
      ) : (
        <ExceptionList query={exceptions} onAdd={() => setAdding(true)} />
      )}
      <ExceptDialog open={adding} onClose={() => setAdding(false)} draft={everything} />
    </Page>
  );
}
