/** A detector for one numeric series of any origin: the parts that watch an endpoint's latency and errors, on their own. */

import { pushSeries, seriesStride } from './series-row.ts';

export interface SeriesDetector {
  /**
   * @param tsMs ms since the epoch, not falling; steps need not be even
   * @param value what is not a number is left out
   * @returns 0 (nothing) up to, but never, 1: `nats / (nats + 4.25)`; 0.5 is where alarms begin to be worth more than they cost
   */
  push(tsMs: number, value: number): number;
}

/** Evidence of a score of one half: on recorded series, alarms are worth most from here on. */
const halfNats = 4.25;
/** Share of the range that deviations are measured by at the least: smaller ones matter to nobody who gave that range. */
const scaleMin = 0.02;
/** Beyond this many ranges all values are alike. */
const farthest = 1e6;

/**
 * Constant memory (1.5 kB), whatever the length; silent for its first 60 values, at its best after two of the
 * series' days.
 * @param range smallest and largest value that is to be expected; values beyond are taken all the same
 */
export function createSeriesDetector(range: { minValue: number; maxValue: number }): SeriesDetector {
  const { minValue, maxValue } = range;
  const width = maxValue > minValue ? maxValue - minValue : 1;
  const cells = new Float32Array(seriesStride);
  return {
    push(tsMs, value) {
      const inRange = (value - minValue) / width;
      if (Number.isNaN(inRange)) return 0;
      const nats = pushSeries(cells, 0, tsMs, Math.max(-farthest, Math.min(farthest, inRange)), scaleMin);
      return nats / (nats + halfNats);
    },
  };
}
