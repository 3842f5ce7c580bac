'use client';

/** One endpoint: is it normal, what does its crowd do, who stands out, and does Tidegate act here. */

import { useQuery } from '@tanstack/react-query';
import { ShieldPlus } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import type { AlertSummary, EndpointDetail } from '../../../../lib/contract/console.ts';
import { Pairs } from '../../../_baseline/pairs.tsx';
import { SubjectAlerts, SubjectThrottles } from '../../../_baseline/subject-panels.tsx';
import { SubjectSkeleton } from '../../../_baseline/subject-skeleton.tsx';
import { judgeEndpoint } from '../../../_baseline/verdict.ts';
import { VerdictLine, VerdictSkeleton } from '../../../_baseline/verdict-line.tsx';
import { useLive } from '../../../_live/use-live.ts';
import { api, withQuery } from '../../../_session/api.ts';
import { May } from '../../../_session/may.tsx';
import { AbsentPage } from '../../../_ui/absent-page.tsx';
import { askingEvery } from '../../../_ui/asking-every.ts';
import { Button } from '../../../_ui/button.tsx';
import { CopyButton } from '../../../_ui/copy-button.tsx';
import { Crumb } from '../../../_ui/crumb.tsx';
import { ExceptDialog } from '../../../_ui/except-dialog.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { encodePart } from '../../../_ui/paths.ts';
import { Crowd } from './crowd.tsx';
import { EndpointMode } from './endpoint-mode.tsx';
import { EndpointTraffic } from './endpoint-traffic.tsx';

const refetchEveryMs = 5_000;
const list = { href: '/endpoints', name: 'Endpoints' };
const none: AlertSummary[] = [];

export function EndpointView({ endpoint }: { endpoint: string }) {
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  const query = useQuery({
    queryKey: ['endpoint', endpoint],
    queryFn: ({ signal }) =>
      api<EndpointDetail>({ path: withQuery('/api/endpoints/detail', { endpoint }), signal }),
    refetchInterval: askingEvery(isPaused ? undefined : refetchEveryMs),
  });
  const [excepting, setExcepting] = useState(false);
  const [user, setUser] = useQueryState('user', parseAsString);
  const { data, dataUpdatedAt } = query;
  if (query.isError && data === undefined) {
    return (
      <AbsentPage noun="endpoint" list={list} query={query}>
        No request to {endpoint} was reported, or it is so long ago that Tidegate has forgotten it.
      </AbsentPage>
    );
  }
  return (
    <Page
      title={
        <>
          <Crumb {...list} />
          <span className="mt-1 block font-mono text-base">{endpoint}</span>
        </>
      }
      actions={
        <>
          <CopyButton text={endpoint} label="Copy the name" />
          <May action="exception.create">
            <Button icon={ShieldPlus} onClick={() => setExcepting(true)}>
              Except…
            </Button>
          </May>
        </>
      }
    >
      {data ? <VerdictLine verdict={judgeEndpoint(data, dataUpdatedAt)} /> : <VerdictSkeleton />}
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <EndpointTraffic
          endpoint={endpoint}
          user={user ?? undefined}
          alerts={data?.alerts ?? none}
          onAll={() => void setUser(null)}
        />
        <div className="flex flex-col gap-4 sm:max-xl:flex-row sm:max-xl:*:flex-1">
          <Crowd detail={data} />
          <EndpointMode endpoint={endpoint} />
        </div>
      </div>
      <Pairs
        side="user"
        pairs={data?.users}
        known={data?.summary.users}
        chosen={user ?? undefined}
        onChoose={(name) => void setUser(name)}
      />
      <div className="grid gap-4 lg:grid-cols-2">
        {data ? (
          <>
            <SubjectThrottles throttles={data.throttles} />
            <SubjectAlerts alerts={data.alerts} allHref={`/alerts?endpoint=${encodePart(endpoint)}`} />
          </>
        ) : (
          <SubjectSkeleton />
        )}
      </div>
      <ExceptDialog
        open={excepting}
        onClose={() => setExcepting(false)}
        draft={{ scope: { endpoint, user: user ?? undefined } }}
      />
    </Page>
  );
}
