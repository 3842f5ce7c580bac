'use client';

import { useMemo } from 'react';
import type { AlertDetail, TrafficSeries } from '../../../../lib/contract/console.ts';
import { TrafficPanel } from '../../../_ui/traffic-panel.tsx';

/** Rate against its band around the finding, the moment it crossed, and what was refused. */
export function AlertChart({ detail, className }: { detail: AlertDetail; className?: string }) {
  const { openedAt } = detail.alert;
  const series = useMemo(() => marked(detail.series, openedAt), [detail.series, openedAt]);
  const fromMs = series.points[0]?.at ?? openedAt;
  const toMs = (series.points.at(-1)?.at ?? fromMs) + series.bucketMs;
  const window = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]);
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

/** The series counts requests only; the moment this alert opened is ours to mark. */
function marked(series: TrafficSeries, openedAt: number): TrafficSeries {
  const at = Math.floor(openedAt / series.bucketMs) * series.bucketMs;
  const points = series.points.map((point) =>
    point.at === at ? { ...point, alerts: Math.max(point.alerts, 1) } : point,
  );
  return { ...series, points };
}
