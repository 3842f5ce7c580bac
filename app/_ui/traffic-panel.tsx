'use client';

/** A chart of traffic in its panel: legend, the same numbers as a table (t), and the states around it. */

import { ChartSpline, Table2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { TrafficSeries } from '../../lib/contract/console.ts';
import { Button, IconButton } from './button.tsx';
import {
  bucketFor,
  bucketPoints,
  type ChartPoint,
  type ChartWindow,
  highestOf,
  steadyMax,
} from './chart-scale.ts';
import { formatBand, formatMoment, formatRate } from './format.ts';
import { useHotkeys } from './hotkeys.ts';
import { Panel } from './panel.tsx';
import type { Zoom } from './range.ts';
import { Skeleton } from './states.tsx';

// Fetched beside the page's data, not after it. Where that fails, `dynamic` asks again and says so.
if (typeof window !== 'undefined') void import('./traffic-chart.tsx').catch(() => undefined);

const TrafficChart = dynamic(() => import('./traffic-chart.tsx'), {
  ssr: false,
  loading: () => <Skeleton className="h-full" />,
});

interface TrafficPanelProps {
  title: string;
  note?: string;
  /** Where the chart shows a part: back to all of it. */
  whole?: { name: string; show: () => void };
  /** Undefined while it loads. */
  series: TrafficSeries | undefined;
  window: ChartWindow;
  per: 's' | 'min';
  onZoom?: (zoom: Zoom) => void;
  className?: string;
  /** Shown in place of the chart: what failed. */
  failing?: ReactNode;
}

export function TrafficPanel(props: TrafficPanelProps) {
  const { title, note, whole, series, window, per, onZoom, failing } = props;
  const [table, setTable] = useState(false);
  const toggle = () => setTable((shown) => !shown);
  useHotkeys([{ keys: 't', label: 'Chart or table of the same numbers', run: toggle }]);
  const sourceMs = series?.bucketMs ?? 1_000;
  const bucketMs = bucketFor(window.toMs - window.fromMs, sourceMs);
  const points = useMemo(
    () =>
      bucketPoints(series?.points ?? [], {
        ...window,
        sourceMs,
        bucketMs,
        perMs: per === 's' ? 1_000 : 60_000,
      }),
    [series, window, sourceMs, bucketMs, per],
  );
  const max = useSteadyMax(points);
  // Without a normal there is no band, and a legend must not promise one.
  const hasBand = points.length === 0 || points.some(({ band }) => band !== null);
  return (
    <Panel
      title={title}
      note={note}
      className={props.className}
      actions={
        <>
          {whole && (
            <Button size="sm" onClick={whole.show}>
              {whole.name}
            </Button>
          )}
          <Legend hasBand={hasBand} className="mx-1 hidden @2xl:flex" />
          <IconButton
            small
            icon={table ? ChartSpline : Table2}
            label={table ? 'Show the chart (t)' : 'Show the numbers as a table (t)'}
            onClick={toggle}
          />
        </>
      }
    >
      <div className="min-h-64 flex-1 basis-64 p-2 sm:min-h-72 sm:basis-72">
        {failing ??
          (series === undefined ? (
            <Skeleton className="h-full" />
          ) : table ? (
            <NumbersTable points={points} per={per} />
          ) : points.length === 0 ? (
            <p className="flex h-full items-center justify-center text-ink-2">No requests in this time.</p>
          ) : (
            <TrafficChart {...{ points, window, max, bucketMs, per, onZoom }} label={title} />
          ))}
      </div>
      <Legend hasBand={hasBand} className="flex justify-center overflow-hidden px-2 pb-2.5 @2xl:hidden" />
    </Panel>
  );
}

function useSteadyMax(points: ChartPoint[]): number {
  const previous = useRef<number>(undefined);
  return useMemo(() => {
    previous.current = steadyMax(previous.current, highestOf(points));
    return previous.current;
  }, [points]);
}

function Legend({ className, hasBand }: { className: string; hasBand: boolean }) {
  return (
    <ul className={`gap-3 text-xs whitespace-nowrap text-ink-2 ${className}`}>
      <li className="flex items-center gap-1.5">
        <span className="h-0.5 w-3 rounded bg-ink" /> requests
      </li>
      {hasBand && (
        <li className="flex items-center gap-1.5">
          <span className="size-3 rounded-xs border border-band-line bg-band" /> expected
        </li>
      )}
      <li className="flex items-center gap-1.5">
        <span className="h-3 w-1 rounded-xs bg-throttle-fill" /> refused
      </li>
      <li className="flex items-center gap-1.5">
        <span className="size-2 rotate-45 bg-ink" /> alert
      </li>
    </ul>
  );
}

function NumbersTable({ points, per }: { points: ChartPoint[]; per: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard.
    <section aria-label="The numbers of the chart" className="h-full overflow-y-auto" tabIndex={0}>
      <table className="w-full text-right">
        <thead className="sticky top-0 bg-panel text-xs text-ink-3">
          <tr className="[&>th]:px-2 [&>th]:py-1 [&>th]:font-normal">
            <th className="text-left">Time</th>
            <th>Requests / {per}</th>
            <th>Expected</th>
            <th>Refused / {per}</th>
            <th>Alerts</th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map(({ at, requests, band, refused, alerts }) => (
            <tr key={at} className="border-t border-line [&>td]:px-2 [&>td]:py-1">
              <td className="text-left">{formatMoment(at, Date.now())}</td>
              <td>{requests === null ? 'no data' : formatRate(requests)}</td>
              <td className="text-ink-2">{band ? formatBand(band[0], band[1]) : 'not known yet'}</td>
              <td>{formatRate(refused ?? 0)}</td>
              <td>{alerts}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
