'use client';

import { useState } from 'react';
import type { MouseHandlerDataParam } from 'recharts';
import type { Zoom } from './range.ts';

/** Press, drag, release: a window of at least two buckets becomes the page's range. */
export function useDrag(bucketMs: number, onZoom: ((zoom: Zoom) => void) | undefined) {
  const [start, setStart] = useState<number>();
  const [end, setEnd] = useState<number>();
  const selection =
    start !== undefined && end !== undefined && start !== end
      ? { fromMs: Math.min(start, end), toMs: Math.max(start, end) }
      : undefined;
  const at = (state: MouseHandlerDataParam) => {
    const value = Number(state.activeLabel);
    return Number.isFinite(value) && state.activeLabel !== undefined ? value : undefined;
  };
  const stop = () => {
    setStart(undefined);
    setEnd(undefined);
  };
  const handlers =
    onZoom === undefined
      ? {}
      : {
          onMouseDown: (state: MouseHandlerDataParam) => setStart(at(state)),
          onMouseMove: (state: MouseHandlerDataParam) => start !== undefined && setEnd(at(state) ?? end),
          onMouseUp: () => {
            if (selection && selection.toMs - selection.fromMs >= 2 * bucketMs) onZoom(selection);
            stop();
          },
          onMouseLeave: stop,
        };
  return { selection, handlers };
}
