/**
 * Frames in, snapshots out, with no clock and no socket: the last 15 minutes per second, and the parts that a frame
 * replaces whole. Parts that a frame leaves out keep their identity, so that their readers do not render.
 */

import type { AlertSummary, ConsoleFrame, LiveSnapshot, TrafficPoint } from '../../lib/contract/console.ts';

/** 15 minutes of seconds, as the snapshot promises. */
export const pointsMax = 900;

export interface LiveModel {
  live: LiveSnapshot | undefined;
  seqByRoom: { live: number; alerts: number };
  /** The latest version of each alert that changed, newest last; bounded: a reader needs what it can still announce. */
  changedAlerts: readonly AlertSummary[];
}

export const changedAlertsMax = 50;

export const emptyModel: LiveModel = {
  live: undefined,
  seqByRoom: { live: -1, alerts: -1 },
  changedAlerts: [],
};

/** `gap` tells that frames were dropped: the caller asks for a new snapshot. */
export function applyFrame(model: LiveModel, frame: ConsoleFrame): { model: LiveModel; gap: boolean } {
  const seqByRoom = { ...model.seqByRoom, [frame.room]: frame.seq };
  if (frame.room === 'alerts') return { model: applyAlerts({ ...model, seqByRoom }, frame.data), gap: false };
  if (frame.type === 'snapshot') return { model: { ...model, seqByRoom, live: frame.data }, gap: false };
  const before = model.seqByRoom.live;
  if (model.live === undefined) return { model, gap: true };
  const { points, ...parts } = frame.data;
  const traffic =
    points.length === 0
      ? model.live.traffic
      : { ...model.live.traffic, points: mergePoints(model.live.traffic.points, points) };
  const present = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  const live: LiveSnapshot = { ...model.live, ...present, traffic };
  return { model: { ...model, seqByRoom, live }, gap: frame.seq !== before + 1 };
}

function applyAlerts(
  model: LiveModel,
  data: { changed: AlertSummary[]; totals: LiveSnapshot['totals'] },
): LiveModel {
  const changedAlerts = newestOfEach([...model.changedAlerts, ...data.changed]).slice(-changedAlertsMax);
  const live = model.live === undefined ? undefined : { ...model.live, totals: data.totals };
  return { ...model, live, changedAlerts };
}

function newestOfEach(alerts: readonly AlertSummary[]): AlertSummary[] {
  const byId = new Map<string, AlertSummary>();
  for (const alert of alerts) {
    byId.delete(alert.id);
    byId.set(alert.id, alert);
  }
  return [...byId.values()];
}

/** Replaces by `at`, appends what is new, keeps the newest `pointsMax`. Changes are almost always at the end. */
export function mergePoints(
  points: readonly TrafficPoint[],
  changes: readonly TrafficPoint[],
): TrafficPoint[] {
  const merged = points.slice();
  for (const change of changes) {
    let index = merged.length;
    while (index > 0 && (merged[index - 1]?.at ?? 0) >= change.at) index -= 1;
    const replaces = merged[index]?.at === change.at ? 1 : 0;
    merged.splice(index, replaces, change);
  }
  return merged.length > pointsMax ? merged.slice(-pointsMax) : merged;
}
