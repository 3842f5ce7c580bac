/** A series counts requests only: the alerts of its page are marked on it here. Pure. */

import type { AlertSummary, TrafficSeries } from '../../lib/contract/console.ts';
import type { Scope } from '../../lib/contract/decision.ts';

/**
 * @param about what the series is of, where it is a part of the page: alerts about another part are not marked, those
 * that name none are
 */
export function markAlerts(
  series: TrafficSeries,
  alerts: readonly AlertSummary[],
  about: Pick<Scope, 'user' | 'endpoint'>,
): TrafficSeries {
  const { bucketMs } = series;
  const opened = new Map<number, number>();
  for (const { scope, openedAt } of alerts) {
    if (isElsewhere(scope.user, about.user) || isElsewhere(scope.endpoint, about.endpoint)) continue;
    const at = Math.floor(openedAt / bucketMs) * bucketMs;
    opened.set(at, (opened.get(at) ?? 0) + 1);
  }
  if (opened.size === 0) return series;
  return {
    ...series,
    points: series.points.map((point) => ({ ...point, alerts: opened.get(point.at) ?? 0 })),
  };
}

function isElsewhere(named: string | undefined, shown: string | undefined): boolean {
  return named !== undefined && shown !== undefined && named !== shown;
}
