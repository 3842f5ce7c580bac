/** The numbers of the Live page's cards, from the traffic per second. Pure. */

import type { TrafficPoint } from '../../../lib/contract/console.ts';
import { formatBand } from '../../_ui/format.ts';

/** One second alone jitters too much to be read. */
const meanMs = 5_000;

export interface Figures {
  /** A second, over the last five. */
  requests: number;
  refused: number;
  /** A second, over all that is known. */
  refusedMean: number;
  band: string | undefined;
  above: boolean;
}

/** @param points complete seconds, oldest first; one that is missing had no traffic. */
export function figuresOf(points: readonly TrafficPoint[]): Figures {
  const endMs = (points.at(-1)?.at ?? 0) + 1_000;
  const knownMs = endMs - (points[0]?.at ?? endMs);
  const mean = (read: (point: TrafficPoint) => number, spanMs: number) =>
    spanMs === 0
      ? 0
      : points.reduce((sum, point) => (point.at >= endMs - spanMs ? sum + read(point) : sum), 0) /
        (spanMs / 1_000);
  const latestMs = Math.min(meanMs, knownMs);
  const requests = mean((point) => point.requests, latestMs);
  const last = points.findLast(({ at, upper }) => at >= endMs - meanMs && upper !== undefined);
  return {
    requests,
    refused: mean((point) => point.refused, latestMs),
    refusedMean: mean((point) => point.refused, knownMs),
    band: last?.upper === undefined ? undefined : formatBand(last.lower ?? 0, last.upper),
    above: last?.upper !== undefined && requests > last.upper,
  };
}
