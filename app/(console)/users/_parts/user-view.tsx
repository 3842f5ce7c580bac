'use client';

/** One user: is it normal, where is it not, what is being done, what can be done. */

import { useQuery } from '@tanstack/react-query';
import { ShieldPlus } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
import type { AlertSummary, UserDetail } from '../../../../lib/contract/console.ts';
import { markAlerts } from '../../../_baseline/mark-alerts.ts';
import { Pairs } from '../../../_baseline/pairs.tsx';
import { SubjectAlerts, SubjectThrottles } from '../../../_baseline/subject-panels.tsx';
import { SubjectSkeleton } from '../../../_baseline/subject-skeleton.tsx';
import { useSeries } from '../../../_baseline/use-series.ts';
import { judgeUser } from '../../../_baseline/verdict.ts';
import { VerdictLine, VerdictSkeleton } from '../../../_baseline/verdict-line.tsx';
import { useLive } from '../../../_live/use-live.ts';
import { api } from '../../../_session/api.ts';
import { May } from '../../../_session/may.tsx';
import { AbsentPage } from '../../../_ui/absent-page.tsx';
import { askingEvery } from '../../../_ui/asking-every.ts';
import { Button } from '../../../_ui/button.tsx';
import { CopyButton } from '../../../_ui/copy-button.tsx';
import { Crumb } from '../../../_ui/crumb.tsx';
import { ExceptDialog } from '../../../_ui/except-dialog.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { encodePart } from '../../../_ui/paths.ts';
import { Failing } from '../../../_ui/states.tsx';
import { TrafficPanel } from '../../../_ui/traffic-panel.tsx';

const list = { href: '/users', name: 'Users' };
const refetchEveryMs = 5_000;
/** In the URL: the sum of all endpoints. No user is called so, since an endpoint begins with its method. */
const allEndpoints = 'all';

export function UserView({ user }: { user: string }) {
  const path = `/api/users/${encodePart(user)}`;
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  const query = useQuery({
    queryKey: ['user', user],
    queryFn: ({ signal }) => api<UserDetail>({ path, signal }),
    refetchInterval: askingEvery(isPaused ? undefined : refetchEveryMs),
  });
  const { data, dataUpdatedAt } = query;
  const [excepting, setExcepting] = useState(false);
  const [chosen, choose] = useChosen(data);
  if (query.isError && data === undefined) {
    return (
      <AbsentPage noun="user" list={list} query={query}>
        No request of {user} was reported, or it is so long ago that Tidegate has forgotten it.
      </AbsentPage>
    );
  }
  return (
    <Page
      title={
        <>
          <Crumb {...list} />
          <span className="mt-1 block">{user}</span>
        </>
      }
      actions={
        <>
          <CopyButton text={user} label="Copy the name" />
          <May action="exception.create">
            <Button icon={ShieldPlus} onClick={() => setExcepting(true)}>
              Except…
            </Button>
          </May>
        </>
      }
    >
      {data ? <VerdictLine verdict={judgeUser(data, dataUpdatedAt)} /> : <VerdictSkeleton />}
      <UserTraffic
        path={path}
        chosen={chosen ?? (data && allEndpoints)}
        alerts={data?.alerts ?? none}
        onAll={() => choose(allEndpoints)}
      />
      <Pairs
        side="endpoint"
        pairs={data?.endpoints}
        known={data?.summary.endpoints}
        chosen={chosen}
        onChoose={choose}
      />
      <div className="grid gap-4 lg:grid-cols-2">
        {data ? (
          <>
            <SubjectThrottles throttles={data.throttles} />
            <SubjectAlerts alerts={data.alerts} allHref={`/alerts?user=${encodePart(user)}`} />
          </>
        ) : (
          <SubjectSkeleton />
        )}
      </div>
      <ExceptDialog
        open={excepting}
        onClose={() => setExcepting(false)}
        draft={{ scope: { user, endpoint: undefined } }}
      />
    </Page>
  );
}

/** The endpoint that the chart shows: as the URL says, else the most surprising one when the page opened. */
function useChosen(detail: UserDetail | undefined) {
  const [inUrl, setInUrl] = useQueryState('endpoint', parseAsString);
  const [first, setFirst] = useState<string>();
  const mostSurprising = detail?.endpoints[0]?.endpoint;
  // Kept: the chart must not change its subject because another endpoint has become busier.
  if (first === undefined && mostSurprising !== undefined) setFirst(mostSurprising);
  const choose = (endpoint: string) => void setInUrl(endpoint);
  return [inUrl ?? first, choose] as const;
}

interface UserTrafficProps {
  path: string;
  /** Undefined while it is not known which endpoint is the most surprising. */
  chosen: string | undefined;
  alerts: readonly AlertSummary[];
  onAll: () => void;
}

function UserTraffic({ path, chosen, alerts, onAll }: UserTrafficProps) {
  const isAll = chosen === allEndpoints;
  const isReady = chosen !== undefined;
  const endpoint = isAll ? undefined : chosen;
  const { result, setZoom } = useSeries(`${path}/series`, { endpoint }, isReady);
  const { data, error, isError, errorUpdatedAt, refetch } = result;
  const series = useMemo(
    () => data && markAlerts(data.series, alerts, { endpoint }),
    [data, alerts, endpoint],
  );
  return (
    <TrafficPanel
      title={isAll ? 'All endpoints together' : (chosen ?? 'Traffic')}
      note={isAll ? 'requests per minute; choose an endpoint below to see it alone' : 'requests per minute'}
      whole={isAll ? undefined : { name: 'All endpoints', show: onAll }}
      series={series}
      window={data?.window ?? noWindow}
      per="min"
      onZoom={setZoom}
      failing={
        isError && data === undefined ? (
          <Failing what="the traffic" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : undefined
      }
    />
  );
}

const none: AlertSummary[] = [];
const noWindow = { fromMs: 0, toMs: 1 };
