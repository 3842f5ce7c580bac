'use client';

import { useMemo } from 'react';
import type { AlertDetail, TrafficSeries } from '../../../../lib/contract/console.ts';
import { fillMinutes } from '../../../_baseline/fill-minutes.ts';
import { TrafficPanel } from '../../../_ui/traffic-panel.tsx';

/** Rate against its band around the finding, the moment it crossed, and what was refused. */
export function AlertChart({ detail, className }: { detail: AlertDetail; className?: string }) {
  const { openedAt } = detail.alert;
  const { series, window } = useMemo(() => around(detail.series, openedAt), [detail.series, openedAt]);
  return (
    <TrafficPanel
      title="Rate against its normal"
      note="requests per minute"
      series={series}
      window={window}
      per="min"
      className={className}
    />
  );
}

/** What is drawn before the finding at least, if it is known: a jump shows only beside what was usual. */
const beforeMs = 15 * 60_000;

/** The series counts requests only; the moment this alert opened is ours to mark. */
function around(series: TrafficSeries, openedAt: number) {
  const first = series.points[0]?.at ?? openedAt;
  const fromMs = Math.min(first, Math.max(series.since ?? first, openedAt - beforeMs));
  const window = { fromMs, toMs: (series.points.at(-1)?.at ?? fromMs) + series.bucketMs };
  const at = Math.floor(openedAt / series.bucketMs) * series.bucketMs;
  const filled = fillMinutes(series, window);
  const points = filled.points.map((point) =>
    point.at === at ? { ...point, alerts: Math.max(point.alerts, 1) } : point,
  );
  // Half a minute before the first one: what is drawn on the axis itself is hard to see.
  return { series: { ...filled, points }, window: { ...window, fromMs: fromMs - series.bucketMs / 2 } };
}
