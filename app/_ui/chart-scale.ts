/** Arithmetic of the charts: buckets, ticks and a vertical axis that does not jump. Pure. */

import type { TrafficPoint } from '../../lib/contract/console.ts';

export interface ChartPoint {
  at: number;
  /** Null where nothing was recorded: a gap is drawn as a gap. */
  requests: number | null;
  refused: number | null;
  band: [number, number] | null;
  expected: number | null;
  alerts: number;
}

export interface ChartWindow {
  fromMs: number;
  toMs: number;
}

export interface Bucketing extends ChartWindow {
  /** Of the points given. */
  sourceMs: number;
  /** Of the points drawn; a multiple of `sourceMs`. */
  bucketMs: number;
  /** Values are shown per this time: 1,000 for a second, 60,000 for a minute. */
  perMs: number;
}

/** Means over buckets that are aligned to the clock, so that a bucket's value never changes once it has passed. */
export function bucketPoints(points: readonly TrafficPoint[], how: Bucketing): ChartPoint[] {
  const byBucket = new Map<number, TrafficPoint[]>();
  for (const point of points) {
    const start = Math.floor(point.at / how.bucketMs) * how.bucketMs;
    if (start < how.fromMs - how.bucketMs || start >= how.toMs) continue;
    const bucket = byBucket.get(start);
    if (bucket === undefined) byBucket.set(start, [point]);
    else bucket.push(point);
  }
  const starts = [...byBucket.keys()];
  if (starts.length === 0) return [];
  const result: ChartPoint[] = [];
  for (let at = Math.min(...starts); at <= Math.max(...starts); at += how.bucketMs) {
    result.push(summarise(at, byBucket.get(at) ?? [], how.perMs / how.sourceMs));
  }
  return result;
}

function summarise(at: number, points: TrafficPoint[], scale: number): ChartPoint {
  const mean = (read: (point: TrafficPoint) => number | undefined): number | null => {
    const values = points.map(read).filter((value) => value !== undefined);
    return values.length === 0
      ? null
      : (values.reduce((sum, value) => sum + value, 0) / values.length) * scale;
  };
  const lower = mean((point) => point.lower);
  const upper = mean((point) => point.upper);
  return {
    at,
    requests: mean((point) => point.requests),
    refused: mean((point) => point.refused),
    band: lower === null || upper === null ? null : [lower, upper],
    expected: mean((point) => point.expected),
    alerts: points.reduce((sum, point) => sum + point.alerts, 0),
  };
}

/** Points with a value and without neighbours that have one: no line leads to them, so they need a mark of their own. */
export function alone(points: readonly ChartPoint[], part: 'requests' | 'band'): ChartPoint[] {
  const has = (index: number) => points[index]?.[part] != null;
  return points.filter((_, index) => has(index) && !has(index - 1) && !has(index + 1));
}

/** Widths that divide a clock's face. */
const bucketSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600].map(
  (s) => s * 1000,
);

/** The narrowest bucket that keeps a chart at `pointsMax` points or fewer. */
export function bucketFor(windowMs: number, sourceMs: number, pointsMax = 180): number {
  const fits = (step: number) => step >= sourceMs && step % sourceMs === 0 && windowMs / step <= pointsMax;
  return bucketSteps.find(fits) ?? Math.ceil(windowMs / pointsMax / sourceMs) * sourceMs;
}

const tickSteps = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map(
  (s) => s * 1000,
);

/** The narrowest round step with few enough ticks; never between two points, where nothing is drawn. */
export function tickStep(window: ChartWindow, ticksMax: number, bucketMs: number): number {
  const widthMs = window.toMs - window.fromMs;
  return tickSteps.find((step) => step >= bucketMs && widthMs / step <= ticksMax) ?? 86_400_000;
}

/** Round times of the reader's own clock inside the window. */
export function timeTicks(window: ChartWindow, step: number): number[] {
  const zoneMs = new Date(window.toMs).getTimezoneOffset() * 60_000;
  const ticks: number[] = [];
  let at = Math.ceil((window.fromMs - zoneMs) / step) * step + zoneMs;
  for (; at <= window.toMs; at += step) ticks.push(at);
  return ticks;
}

/** Highest value of the axis: 1, 2, 2.5 or 5 times a power of ten. */
export function niceMax(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return step * power;
}

/** Even steps from zero to a nice maximum. */
export function rateTicks(max: number): number[] {
  const leading = max / 10 ** Math.floor(Math.log10(max));
  const steps = Math.abs(leading - 2) < 1e-9 ? 4 : 5;
  return Array.from({ length: steps + 1 }, (_, index) => (max / steps) * index);
}

/** Grows at once, shrinks only when the curve would fill less than a third: the axis must not breathe. */
export function steadyMax(previous: number | undefined, value: number): number {
  const next = niceMax(value * 1.05);
  if (previous === undefined || next > previous || value < previous / 3) return next;
  return previous;
}

export function highestOf(points: readonly ChartPoint[]): number {
  return points.reduce(
    (highest, { requests, refused, band }) => Math.max(highest, requests ?? 0, refused ?? 0, band?.[1] ?? 0),
    0,
  );
}
