'use client';

/**
 * Traffic against its expected band: band behind, refusals as bars, the actual rate in front, alerts as marks. Charts
 * of one page share their crosshair; dragging zooms; arrow keys move the crosshair. Loaded apart from the page, since
 * it is the largest library of the console.
 */

import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useDrag } from './chart-drag.ts';
import { alone, type ChartPoint, type ChartWindow, rateTicks, tickStep, timeTicks } from './chart-scale.ts';
import { ChartTooltip } from './chart-tooltip.tsx';
import { formatClock, formatRate } from './format.ts';
import type { Zoom } from './range.ts';

export interface TrafficChartProps {
  points: ChartPoint[];
  window: ChartWindow;
  /** Highest value of the axis. */
  max: number;
  bucketMs: number;
  /** `s` or `min`: what a value is per. */
  per: 's' | 'min';
  onZoom?: (zoom: Zoom) => void;
  label: string;
}

export default function TrafficChart({
  points,
  window,
  max,
  bucketMs,
  per,
  onZoom,
  label,
}: TrafficChartProps) {
  const drag = useDrag(bucketMs, onZoom);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart
        data={points}
        syncId="page"
        syncMethod="value"
        margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
        barCategoryGap={0}
        title={label}
        {...drag.handlers}
        className="select-none"
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        {axes(window, max, bucketMs)}
        <Tooltip
          content={(props) => <ChartTooltip active={props.active} point={pointOf(props.payload)} per={per} />}
          cursor={{ stroke: 'var(--ink-3)', strokeWidth: 1 }}
          isAnimationActive={false}
        />
        {points.length > 1 && (
          <Area
            dataKey="band"
            type="linear"
            fill="var(--band)"
            stroke="var(--band-line)"
            activeDot={false}
            isAnimationActive={false}
          />
        )}
        <Bar
          dataKey="refused"
          fill="var(--throttle-fill)"
          maxBarSize={6}
          minPointSize={0}
          isAnimationActive={false}
        />
        <Line
          dataKey="requests"
          type="linear"
          stroke="var(--ink)"
          strokeWidth={1.5}
          dot={false}
          activeDot={{ r: 3, fill: 'var(--ink)', stroke: 'var(--panel)' }}
          isAnimationActive={false}
        />
        {aloneMarks(points, bucketMs)}
        {alertMarks(points)}
        {drag.selection && (
          <ReferenceArea
            x1={drag.selection.fromMs}
            x2={drag.selection.toMs}
            fill="var(--accent)"
            fillOpacity={0.15}
          />
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

const axis = {
  stroke: 'var(--line)',
  tick: { fill: 'var(--ink-3)', fontSize: 11 },
  tickLine: false,
} as const;

function axes(window: ChartWindow, max: number, bucketMs: number) {
  const step = tickStep(window, 9, bucketMs);
  return (
    <>
      <XAxis
        {...axis}
        dataKey="at"
        type="number"
        scale="time"
        domain={[window.fromMs, window.toMs]}
        allowDataOverflow
        ticks={timeTicks(window, step)}
        tickFormatter={(at: number) => tickText(at, window, step)}
        minTickGap={24}
        height={24}
      />
      <YAxis
        {...axis}
        axisLine={false}
        domain={[0, max]}
        allowDataOverflow
        ticks={rateTicks(max)}
        tickFormatter={formatRate}
        width={52}
      />
    </>
  );
}

/** Where a line or a band would have no length: a dot, and the band over the bucket's own width. */
function aloneMarks(points: ChartPoint[], bucketMs: number) {
  return [
    ...alone(points, 'band').map(({ at, band }) => (
      <ReferenceArea
        key={`band ${at}`}
        x1={at - bucketMs / 2}
        x2={at + bucketMs / 2}
        y1={band?.[0]}
        y2={band?.[1]}
        fill="var(--band)"
        fillOpacity={1}
        stroke="var(--band-line)"
        ifOverflow="hidden"
      />
    )),
    ...alone(points, 'requests').map(({ at, requests }) => (
      <ReferenceDot
        key={`requests ${at}`}
        x={at}
        y={requests ?? 0}
        r={2.5}
        fill="var(--ink)"
        stroke="none"
        ifOverflow="visible"
      />
    )),
  ];
}

function alertMarks(points: ChartPoint[]) {
  return points
    .filter(({ alerts }) => alerts > 0)
    .map(({ at, alerts }) => (
      <ReferenceLine
        key={at}
        x={at}
        stroke="var(--ink-2)"
        strokeDasharray="2 3"
        label={<AlertMark count={alerts} />}
      />
    ));
}

/** As much as tells two neighbours apart. */
function tickText(at: number, window: ChartWindow, step: number): string {
  if (window.toMs - window.fromMs > 2 * 86_400_000) {
    return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }).format(at);
  }
  return step < 60_000 ? formatClock(at) : formatClock(at).slice(0, 5);
}

/** Recharts hands the row of our own data back, typed as anything. */
function pointOf(payload: readonly { payload?: ChartPoint }[] | undefined): ChartPoint | undefined {
  return payload?.[0]?.payload;
}

interface MarkProps {
  count: number;

  viewBox?: { x?: number; y?: number };
}

/** A diamond on the top edge: shape and line, so that it does not depend on colour. */
function AlertMark({ count, viewBox }: MarkProps) {
  const x = viewBox?.x ?? 0;
  const y = viewBox?.y ?? 0;
  return (
    <g transform={`translate(${x} ${y + 1})`}>
      <title>{count === 1 ? 'An alert opened' : `${count} alerts opened`}</title>
      <path d="M0 -5 L5 0 L0 5 L-5 0 Z" fill="var(--ink)" stroke="var(--panel)" strokeWidth={1.5} />
    </g>
  );
}
