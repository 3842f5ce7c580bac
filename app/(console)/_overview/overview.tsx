'use client';

/** Live: what is happening, whether it is bad, what is surprising, and what is being done about it. */

import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { LiveSnapshot, TrafficSeries } from '../../../lib/contract/console.ts';
import { useCompletePoints } from '../../_live/complete-points.ts';
import { takeSnapshot } from '../../_live/live-store.ts';
import { useLive } from '../../_live/use-live.ts';
import { api } from '../../_session/api.ts';
import { Page } from '../../_ui/panel.tsx';
import { liveRanges, rangeMs, useRange } from '../../_ui/range.ts';
import { Failing } from '../../_ui/states.tsx';
import { TrafficPanel } from '../../_ui/traffic-panel.tsx';
import { FirstEvent } from './first-event.tsx';
import { LiveHeadline } from './live-headline.tsx';
import { StatCards } from './stat-cards.tsx';
import { Surprises } from './surprises.tsx';
import { ThrottlesInForce } from './throttles-in-force.tsx';

export function Overview() {
  const query = useQuery({
    queryKey: ['live'],
    queryFn: ({ signal }) => api<LiveSnapshot>({ path: '/api/live', signal }),
  });
  useEffect(() => {
    if (query.data) takeSnapshot(query.data);
  }, [query.data]);
  const eventsTotal = useLive((state) => state.live?.totals.eventsTotal);
  // Someone who reads the snippet must not lose it the moment the first event arrives.
  const [greeting, setGreeting] = useState(false);
  if (eventsTotal === 0 && !greeting) setGreeting(true);
  if (query.isError && eventsTotal === undefined) {
    return (
      <Page title="Live">
        <Failing what="live traffic" error={query.error} since={query.errorUpdatedAt} retry={query.refetch} />
      </Page>
    );
  }
  return (
    <Page title="Live">
      {greeting ? (
        <FirstEvent received={(eventsTotal ?? 0) > 0} onDone={() => setGreeting(false)} />
      ) : (
        <>
          <LiveHeadline />
          <StatCards />
          <LiveTraffic />
          <div className="grid gap-4 xl:grid-cols-[3fr_2fr]">
            <Surprises />
            <ThrottlesInForce />
          </div>
        </>
      )}
    </Page>
  );
}

function LiveTraffic() {
  const points = useCompletePoints();
  const { name, zoom, setZoom } = useRange(liveRanges, '15m');
  const newestAt = points?.at(-1)?.at;
  const window = useMemo(() => {
    const toMs = (newestAt ?? 0) + 1_000;
    return zoom ?? { fromMs: toMs - rangeMs[name], toMs };
  }, [zoom, newestAt, name]);
  const series: TrafficSeries | undefined = useMemo(
    () => (points === undefined ? undefined : { bucketMs: 1_000, points: [...points] }),
    [points],
  );
  return (
    <TrafficPanel
      title="Traffic against its expected band"
      note="requests per second"
      series={series}
      window={window}
      per="s"
      onZoom={setZoom}
    />
  );
}
