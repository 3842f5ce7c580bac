'use client';

/**
 * The live traffic without the second that is still being counted. Changes once a second, however many frames come:
 * charts and figures follow this, and stay calm at any load.
 */

import type { TrafficPoint } from '../../lib/contract/console.ts';
import type { LiveState } from './live-store.ts';
import { useLive } from './use-live.ts';

let cached: { newestAt: number; points: readonly TrafficPoint[] } | undefined;

function select(state: LiveState): readonly TrafficPoint[] | undefined {
  const points = state.live?.traffic.points;
  if (points === undefined) return undefined;
  const newestAt = points.at(-1)?.at ?? 0;
  const first = points[0]?.at ?? 0;
  if (cached?.newestAt !== newestAt || (cached.points[0]?.at ?? 0) > first)
    cached = { newestAt, points: points.slice(0, -1) };
  return cached.points;
}

/** Undefined until the first answer. */
export function useCompletePoints(): readonly TrafficPoint[] | undefined {
  return useLive(select);
}
