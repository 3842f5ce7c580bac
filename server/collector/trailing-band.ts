/**
 * What is normal for a sum of pairs (all users of an endpoint, all endpoints of a user), for its chart: the engine
 * keeps a band for pairs and for the whole only, so this one comes of the sum's own minutes before. Medians, so that
 * an attack does not become the normal while it lasts; what was refused does not count.
 */

import type { TrafficPoint, TrafficSeries } from '../../lib/contract/console.ts';
import { bandAround } from '../../lib/engine/traffic.ts';

/** As long as the engine remembers for the whole traffic. */
export const trailingMs = 2 * 60 * 60_000;
/** Minutes known before anything is called normal. */
const minutesSeenMin = 10;
/** The band moves this often: a day of minutes is then 288 medians, not 1,440, on the engine's thread. */
const everyMs = 5 * 60_000;

/** @param series with what is known of `trailingMs` before `fromMs` @returns from `fromMs` on, with its band */
export function withTrailingBand(series: TrafficSeries, fromMs: number): TrafficSeries {
  const { bucketMs, since = Number.POSITIVE_INFINITY } = series;
  const usual = new Map(series.points.map(({ at, requests, refused }) => [at, requests - refused]));
  const bands = new Map<number, ReturnType<typeof bandAt>>();
  function bandAt(at: number) {
    const rates: number[] = [];
    for (let before = Math.max(since, at - trailingMs); before < at; before += bucketMs) {
      rates.push(usual.get(before) ?? 0);
    }
    return rates.length < minutesSeenMin ? {} : bandAround(rates);
  }
  const points = series.points
    .filter(({ at }) => at >= fromMs - bucketMs)
    .map((point): TrafficPoint => {
      const step = Math.floor(point.at / everyMs) * everyMs;
      const band = bands.get(step) ?? bandAt(step);
      bands.set(step, band);
      return { ...point, ...band };
    });
  return { ...series, points };
}
