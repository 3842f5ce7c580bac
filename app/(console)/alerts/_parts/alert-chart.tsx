'use client';

import { useMemo } from 'react';
import type { AlertDetail } from '../../../../lib/contract/console.ts';
import { TrafficPanel } from '../../../_ui/traffic-panel.tsx';

/** Rate against its band around the finding, the moment it crossed, and what was refused. */
export function AlertChart({ detail, className }: { detail: AlertDetail; className?: string }) {
  const { series } = detail;
  const fromMs = series.points[0]?.at ?? detail.alert.openedAt;
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
