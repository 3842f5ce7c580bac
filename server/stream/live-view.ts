/**
 * What the Live page shows, from collector, alerts and settings; the HTTP answer and the socket's frames are this one
 * view. Counts of alerts come from the database: the last known ones are kept, so that a frame never waits for it.
 */

import type { LiveSnapshot, Totals } from '../../lib/contract/console.ts';
import type { Throttle } from '../../lib/contract/decision.ts';
import type { DetectionSettings } from '../../lib/contract/exception.ts';
import type { Collector, CollectorPulse } from '../collector/collector.ts';
import type { Alerts } from '../storage/alerts.ts';

export interface LiveView {
  /** Asks the database for the counts of alerts. Never rejects: while it is down the last counts stay. */
  refreshCounts(): Promise<void>;
  /** @param now what a pulse brought; the collector is asked where it is left out. */
  totals(now?: Pick<CollectorPulse, 'usersInTrouble' | 'usersActive' | 'eventsTotal'>): Totals;
  throttles(): Throttle[];
  degraded(): string[];
  snapshot(): LiveSnapshot;
}

const secondMs = 1_000;
/** The newest are shown: a wide attack sets thousands, and a frame must stay small. The list of throttles has all. */
const throttlesShown = 200;

export function createLiveView(deps: {
  collector: Pick<Collector, 'live' | 'throttles'>;
  alerts: Pick<Alerts, 'totals'>;
  detection: { current(): DetectionSettings };
  /** Plain words for each part that works less well than it should. */
  degraded: () => string[];
}): LiveView {
  const { collector, alerts, detection } = deps;
  let counts = { openAlerts: 0, newAlerts: 0 };
  let countsAreOld = false;

  function totals(now: Parameters<LiveView['totals']>[0] = collector.live()): Totals {
    const { usersInTrouble, usersActive, eventsTotal } = now;
    return { ...counts, usersInTrouble, usersActive, eventsTotal };
  }

  function throttles(): Throttle[] {
    const all = collector.throttles();
    return all.length <= throttlesShown
      ? all
      : all.toSorted((a, b) => b.createdAt - a.createdAt).slice(0, throttlesShown);
  }

  function degraded(): string[] {
    return [
      ...deps.degraded(),
      ...(countsAreOld ? ['Alert counts are old: the database is not answering.'] : []),
    ];
  }

  return {
    totals,
    throttles,
    degraded,
    async refreshCounts() {
      try {
        counts = await alerts.totals();
        countsAreOld = false;
      } catch {
        countsAreOld = true;
      }
    },
    snapshot() {
      const live = collector.live();
      return {
        traffic: { bucketMs: secondMs, points: live.points },
        surprises: live.surprises,
        throttles: throttles(),
        totals: totals(),
        mode: detection.current().mode,
        degraded: degraded(),
      };
    },
  };
}
