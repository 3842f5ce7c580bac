'use client';

import { useMemo } from 'react';
import type { AlertSummary } from '../../../../lib/contract/console.ts';
import { markAlerts } from '../../../_baseline/mark-alerts.ts';
import { useSeries } from '../../../_baseline/use-series.ts';
import { encodePart } from '../../../_ui/paths.ts';
import { Failing } from '../../../_ui/states.tsx';
import { TrafficPanel } from '../../../_ui/traffic-panel.tsx';

interface EndpointTrafficProps {
  endpoint: string;
  /** Given where the chart shows one user here, against that pair's band. */
  user: string | undefined;
  alerts: readonly AlertSummary[];
  onAll: () => void;
}

export function EndpointTraffic({ endpoint, user, alerts, onAll }: EndpointTrafficProps) {
  const path = user === undefined ? '/api/endpoints/series' : `/api/users/${encodePart(user)}/series`;
  const { result, setZoom } = useSeries(path, { endpoint });
  const { data, error, isError, errorUpdatedAt, refetch } = result;
  const series = useMemo(() => data && markAlerts(data.series, alerts, { user }), [data, alerts, user]);
  return (
    <TrafficPanel
      title={user ?? 'All users together'}
      note={
        user === undefined
          ? 'requests per minute; choose a user below to see it alone'
          : 'requests per minute here'
      }
      whole={user === undefined ? undefined : { name: 'All users', show: onAll }}
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

const noWindow = { fromMs: 0, toMs: 1 };
