'use client';

/** Requests per minute of a user, an endpoint or a pair, over the page's time range. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TrafficSeries } from '../../lib/contract/console.ts';
import { useLive } from '../_live/use-live.ts';
import { api, withQuery } from '../_session/api.ts';
import { askingEvery } from '../_ui/asking-every.ts';
import { historyRanges, rangeMs, useRange } from '../_ui/range.ts';
import { fillMinutes } from './fill-minutes.ts';

/** A minute's row changes while the minute runs; a zoom into the past does not. */
const refetchEveryMs = 10_000;

/** Asks once `isReady`: until then it is not known whose traffic is to be shown. */
export function useSeries(path: string, query: Record<string, string | undefined>, isReady = true) {
  const { name, zoom, setZoom } = useRange(historyRanges, '1h');
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  const result = useQuery({
    queryKey: ['series', path, query, name, zoom],
    enabled: isReady,
    placeholderData: keepPreviousData,
    refetchInterval: askingEvery(zoom || isPaused ? undefined : refetchEveryMs),
    queryFn: async ({ signal }) => {
      const nowMs = Date.now();
      const window = zoom ?? { fromMs: nowMs - rangeMs[name], toMs: nowMs };
      const times = { fromMs: Math.floor(window.fromMs), toMs: Math.floor(window.toMs) };
      const series = await api<TrafficSeries>({ path: withQuery(path, { ...query, ...times }), signal });
      return { window, series: fillMinutes(series, { ...window, toMs: Math.min(window.toMs, nowMs) }) };
    },
  });
  return { result, setZoom };
}
