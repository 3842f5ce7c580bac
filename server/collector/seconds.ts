/** Traffic per second over the last 15 minutes, for the live chart. A ring: a second that returns replaces an old one. */

import type { TrafficPoint } from '../../lib/contract/console.ts';

export const secondsKept = 15 * 60;

export interface Seconds {
  count(atMs: number, refused: boolean): void;
  countAlert(atMs: number): void;
  /** Of the last 15 minutes, oldest first; seconds without traffic are left out. */
  all(nowMs: number): TrafficPoint[];
  /** Seconds that changed since the last call. */
  takeChanged(): TrafficPoint[];
  restore(points: readonly TrafficPoint[]): void;
}

export function createSeconds(): Seconds {
  const ring = new Array<TrafficPoint | undefined>(secondsKept);
  let changed = new Set<TrafficPoint>();
  let newest = 0;
  let latest: TrafficPoint | undefined;

  const pointAt = (atMs: number): TrafficPoint | undefined => {
    const at = atMs - (atMs % 1000);
    if (latest?.at === at) return latest;
    if (at <= newest - secondsKept * 1000) return undefined;
    const slot = (at / 1000) % secondsKept;
    let point = ring[slot];
    if (point?.at !== at) {
      point = { at, requests: 0, refused: 0, alerts: 0 };
      ring[slot] = point;
    }
    newest = Math.max(newest, at);
    latest = point;
    return point;
  };

  return {
    count(atMs, refused) {
      const point = pointAt(atMs);
      if (point === undefined) return;
      point.requests += 1;
      if (refused) point.refused += 1;
      changed.add(point);
    },
    countAlert(atMs) {
      const point = pointAt(atMs);
      if (point === undefined) return;
      point.alerts += 1;
      changed.add(point);
    },
    all(nowMs) {
      const from = nowMs - secondsKept * 1000;
      return ring
        .filter((point) => point !== undefined && point.at > from)
        .toSorted((a, b) => (a?.at ?? 0) - (b?.at ?? 0))
        .flatMap((point) => point ?? []);
    },
    takeChanged() {
      if (changed.size === 0) return [];
      const points = [...changed].toSorted((a, b) => a.at - b.at);
      changed = new Set();
      return points;
    },
    restore(points) {
      for (const point of points) {
        const slot = pointAt(point.at);
        if (slot) Object.assign(slot, point);
      }
      changed = new Set();
    },
  };
}
