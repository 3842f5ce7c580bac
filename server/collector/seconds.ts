/**
 * Traffic per second over the last 15 minutes, for the live chart. A ring: a second that returns replaces an old one.
 * From the first second that is known on, a second without traffic is a zero like any other: the mean of the last
 * seconds must fall when traffic stops, and the chart must move on.
 */

import type { TrafficPoint } from '../../lib/contract/console.ts';

export const secondsKept = 15 * 60;

export interface Seconds {
  count(atMs: number, refused: boolean): void;
  countAlert(atMs: number): void;
  /** The last 15 minutes up to now, oldest first, without a hole; from the first second that is known. */
  all(nowMs: number): TrafficPoint[];
  /** Seconds that changed or passed since the last call, oldest first. */
  takeChanged(nowMs: number): TrafficPoint[];
  restore(points: readonly TrafficPoint[]): void;
}

export function createSeconds(): Seconds {
  const ring = new Array<TrafficPoint | undefined>(secondsKept);
  let changed = new Set<TrafficPoint>();
  let newest = 0;
  let oldest = Number.POSITIVE_INFINITY;
  let latest: TrafficPoint | undefined;

  const pointAt = (atMs: number): TrafficPoint | undefined => {
    const at = secondOf(atMs);
    if (latest?.at === at) return latest;
    if (at <= newest - secondsKept * 1000) return undefined;
    const slot = (at / 1000) % secondsKept;
    let point = ring[slot];
    if (point?.at !== at) {
      point = { at, requests: 0, refused: 0, alerts: 0 };
      ring[slot] = point;
    }
    newest = Math.max(newest, at);
    oldest = Math.min(oldest, at);
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
      const points: TrafficPoint[] = [];
      const to = Math.max(newest, secondOf(nowMs));
      for (let at = Math.max(oldest, to - (secondsKept - 1) * 1000); at <= to; at += 1000) {
        const point = ring[(at / 1000) % secondsKept];
        points.push(point?.at === at ? point : quietAfter(points.at(-1), at));
      }
      return points;
    },
    takeChanged(nowMs) {
      const to = secondOf(nowMs);
      const from = newest === 0 ? Number.POSITIVE_INFINITY : newest + 1000;
      for (let at = Math.max(from, to - (secondsKept - 1) * 1000); at <= to; at += 1000) {
        const point = pointAt(at);
        if (point) changed.add(point);
      }
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

const secondOf = (atMs: number) => atMs - (atMs % 1000);

/** What is normal does not stop with the requests. */
function quietAfter(before: TrafficPoint | undefined, at: number): TrafficPoint {
  const { expected, lower, upper } = before ?? {};
  const band = upper === undefined ? {} : { expected, lower, upper };
  return { at, requests: 0, refused: 0, alerts: 0, ...band };
}
