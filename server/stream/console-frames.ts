/**
 * Gathers what changed and makes frames of it, each built once for all its readers. A busy second costs one point and a
 * busy alert one row, whatever happened in between, so a frame is bounded too.
 */

import type {
  AlertSummary,
  ConsoleFrame,
  ConsoleRoom,
  LiveDelta,
  TrafficPoint,
} from '../../lib/contract/console.ts';
import type { DetectionSettings } from '../../lib/contract/exception.ts';
import type { Collector, CollectorPulse } from '../collector/collector.ts';
import type { Alerts } from '../storage/alerts.ts';
import type { LiveView } from './live-view.ts';

export interface ConsoleFrames {
  /** What changed in a room since its last frame; undefined where nothing did. */
  take(room: ConsoleRoom): ConsoleFrame | undefined;
  /** What a reader starts from, or goes on from after it was too slow for some frames. */
  snapshot(): ConsoleFrame;
  /** The latest alerts again, for a reader that missed frames of room `alerts`. */
  recentAlerts(): ConsoleFrame;
  close(): void;
}

/** Alerts in one frame; at about 500 bytes each, 100 kB. */
const alertsMax = 200;
/** Seconds in one delta: a catch-up after a stall is a snapshot's work. */
const pointsMax = 900;
/** Throttles and counts may follow once a second: they are long lists, or queries. */
const slowPartMs = 1_000;

export interface ConsoleFramesDeps {
  collector: Pick<Collector, 'onPulse'>;
  alerts: Pick<Alerts, 'onChanged'>;
  liveView: LiveView;
  detection: { current(): DetectionSettings };
  clock: { now(): number };
}

export function createConsoleFrames(deps: ConsoleFramesDeps): ConsoleFrames {
  const live = createLiveDeltas(deps);
  const seq = { live: 0, alerts: 0 };
  const changedAlerts = new Map<string, AlertSummary>();
  const latestAlerts = new Map<string, AlertSummary>();
  const stopAlerts = deps.alerts.onChanged((changed) => {
    for (const alert of changed) {
      keepNewest(changedAlerts, alert.id, alert, alertsMax);
      keepNewest(latestAlerts, alert.id, alert, alertsMax);
    }
    live.countsChanged();
  });

  const alertsFrame = (source: Map<string, AlertSummary>): ConsoleFrame => ({
    room: 'alerts',
    seq: seq.alerts,
    type: 'delta',
    data: { changed: [...source.values()], totals: deps.liveView.totals() },
  });

  function takeLive(): ConsoleFrame | undefined {
    const data = live.take();
    return data && { room: 'live', seq: ++seq.live, type: 'delta', data };
  }

  function takeAlerts(): ConsoleFrame | undefined {
    if (changedAlerts.size === 0) return undefined;
    seq.alerts += 1;
    const frame = alertsFrame(changedAlerts);
    changedAlerts.clear();
    return frame;
  }

  return {
    take: (room) => (room === 'live' ? takeLive() : takeAlerts()),
    snapshot: () => ({ room: 'live', seq: seq.live, type: 'snapshot', data: deps.liveView.snapshot() }),
    recentAlerts: () => alertsFrame(latestAlerts),
    close() {
      live.close();
      stopAlerts();
    },
  };
}

function createLiveDeltas({ collector, liveView, detection, clock }: ConsoleFramesDeps) {
  const points = new Map<number, TrafficPoint>();
  const sent = new Map<keyof LiveDelta, string>();
  let pulse: CollectorPulse | undefined;
  let throttlesChanged = false;
  let countsChanged = true;
  let slowPartAt = 0;

  const close = collector.onPulse((latest) => {
    pulse = latest;
    for (const point of latest.points) keepNewest(points, point.at, point, pointsMax);
    throttlesChanged ||= latest.changes.throttlesSet.length > 0 || latest.changes.throttlesRemoved.length > 0;
  });

  /** The part where it differs from what was sent last. */
  function ifNew<P extends keyof LiveDelta>(part: P, value: LiveDelta[P]): Partial<Pick<LiveDelta, P>> {
    const text = JSON.stringify(value);
    if (sent.get(part) === text) return {};
    sent.set(part, text);
    const changed: Partial<Pick<LiveDelta, P>> = {};
    changed[part] = value;
    return changed;
  }

  function takeSlowPart(): Partial<LiveDelta> {
    if (clock.now() - slowPartAt < slowPartMs) return {};
    slowPartAt = clock.now();
    if (countsChanged) void liveView.refreshCounts();
    const throttles = throttlesChanged ? { throttles: liveView.throttles() } : {};
    countsChanged = false;
    throttlesChanged = false;
    return { ...throttles, ...ifNew('degraded', liveView.degraded()) };
  }

  return {
    close,
    countsChanged() {
      countsChanged = true;
    },
    /** Nothing where nothing changed. */
    take(): LiveDelta | undefined {
      const parts = {
        ...takeSlowPart(),
        ...ifNew('mode', detection.current().mode),
        ...(pulse === undefined ? {} : ifNew('surprises', pulse.surprises)),
        ...ifNew('totals', liveView.totals(pulse)),
      };
      if (points.size === 0 && Object.keys(parts).length === 0) return undefined;
      const delta = { points: [...points.values()].toSorted((a, b) => a.at - b.at), ...parts };
      points.clear();
      return delta;
    },
  };
}

/** Sets the entry as the newest, and forgets the oldest above the limit. */
function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, sizeMax: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= sizeMax) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
