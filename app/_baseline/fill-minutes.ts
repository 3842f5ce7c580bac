/** The server keeps a minute only where something happened: a chart needs the quiet minutes between, too. Pure. */

import type { TrafficPoint, TrafficSeries } from '../../lib/contract/console.ts';
import type { ChartWindow } from '../_ui/chart-scale.ts';

/**
 * Puts a zero for every minute without a row, from the first row on: before it nothing is known, and that stays a gap.
 * The band goes on through quiet minutes, since what is normal does not stop with the requests.
 */
export function fillMinutes(series: TrafficSeries, window: ChartWindow): TrafficSeries {
  const { bucketMs, points } = series;
  const first = points[0];
  if (first === undefined) return series;
  const byTime = new Map(points.map((point) => [point.at, point]));
  const filled: TrafficPoint[] = [];
  let band: Pick<TrafficPoint, 'expected' | 'lower' | 'upper'> = {};
  // The minute that is running is drawn only when it has a row: half a minute looks like a drop.
  const end = Math.floor(window.toMs / bucketMs) * bucketMs;
  for (let at = first.at; at < end || byTime.has(at); at += bucketMs) {
    const point = byTime.get(at);
    if (point?.upper !== undefined) {
      band = { expected: point.expected, lower: point.lower, upper: point.upper };
    }
    filled.push(point ? { ...band, ...point } : { at, requests: 0, refused: 0, alerts: 0, ...band });
  }
  return { bucketMs, points: filled };
}
