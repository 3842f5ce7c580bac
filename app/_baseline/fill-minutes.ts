/** The server keeps a minute only where something happened: a chart needs the quiet minutes between, too. Pure. */

import type { TrafficPoint, TrafficSeries } from '../../lib/contract/console.ts';
import type { ChartWindow } from '../_ui/chart-scale.ts';

/**
 * Puts a zero for every minute without a row, from the first one that is known of the series: before that nothing is,
 * and it stays a gap. The band goes on through quiet minutes, since what is normal does not stop with the requests.
 */
export function fillMinutes(series: TrafficSeries, window: ChartWindow): TrafficSeries {
  const { bucketMs, points } = series;
  const since = series.since ?? points[0]?.at;
  if (since === undefined) return series;
  const byTime = new Map(points.map((point) => [point.at, point]));
  const filled: TrafficPoint[] = [];
  const inFirst = points.find(({ upper }) => upper !== undefined);
  let band: Band = inFirst === undefined ? {} : bandOf(inFirst);
  // The minute that is running is drawn only when it has a row: half a minute looks like a drop.
  const end = Math.floor(window.toMs / bucketMs) * bucketMs;
  for (
    let at = Math.max(since, Math.ceil(window.fromMs / bucketMs) * bucketMs);
    at < end || byTime.has(at);
    at += bucketMs
  ) {
    const point = byTime.get(at);
    if (point?.upper !== undefined) band = bandOf(point);
    filled.push(point ? { ...band, ...point } : { at, requests: 0, refused: 0, alerts: 0, ...band });
  }
  return { ...series, points: filled };
}

type Band = Pick<TrafficPoint, 'expected' | 'lower' | 'upper'>;
const bandOf = ({ expected, lower, upper }: TrafficPoint): Band => ({ expected, lower, upper });
