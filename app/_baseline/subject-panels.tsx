'use client';

/** What Tidegate does and has said about one user or one endpoint: throttles in force, and alerts. */

import { BellOff, Gauge } from 'lucide-react';
import type { AlertSummary } from '../../lib/contract/console.ts';
import type { Throttle } from '../../lib/contract/decision.ts';
import { ConclusionBadge, StatusBadge } from '../_ui/badges.tsx';
import { formatCount, formatRate } from '../_ui/format.ts';
import { LiftThrottle } from '../_ui/lift-throttle.tsx';
import { Link } from '../_ui/link.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Empty } from '../_ui/states.tsx';
import { Ago, TimeLeft } from '../_ui/time.tsx';
import { kindNames, scopeText } from '../_ui/words.ts';

const list = 'max-h-80 min-h-40 overflow-y-auto';
const line = 'flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0';

export function SubjectThrottles({ throttles }: { throttles: readonly Throttle[] }) {
  return (
    <Panel title="Throttles in force" note={throttles.length > 0 && formatCount(throttles.length)}>
      {throttles.length === 0 ? (
        <Empty icon={Gauge} title="Nothing is limited here" />
      ) : (
        <ul className={list}>
          {throttles.map((throttle) => (
            <li key={throttle.id} className={line}>
              <span className="min-w-0 grow">
                <Link
                  href={`/alerts/${throttle.alertId}`}
                  className="block truncate font-medium hover:underline"
                >
                  {scopeText(throttle.scope)}
                </Link>
                <span className="block text-xs text-ink-2">{kindNames[throttle.kind]}</span>
              </span>
              <span className="shrink-0 text-right text-xs">
                <ConclusionBadge conclusion={throttle.conclusion} mode={throttle.mode} />
                <span className="block text-ink-3">
                  {throttle.limitPerMinute !== undefined &&
                    `to ${formatRate(throttle.limitPerMinute)} / min · `}
                  <TimeLeft until={throttle.expiresAt} />
                </span>
              </span>
              <LiftThrottle throttle={throttle} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface SubjectAlertsProps {
  alerts: readonly AlertSummary[];
  /** The list of alerts, filtered to this subject. */
  allHref: string;
}

export function SubjectAlerts({ alerts, allHref }: SubjectAlertsProps) {
  return (
    <Panel
      title="Alerts"
      note={alerts.length > 0 && 'newest first'}
      actions={
        alerts.length > 0 && (
          <Link href={allHref} className="mr-2 text-xs text-accent hover:underline">
            Show all
          </Link>
        )
      }
    >
      {alerts.length === 0 ? (
        <Empty icon={BellOff} title="No alert names this so far" />
      ) : (
        <ul className={list}>
          {alerts.map((alert) => (
            <li key={alert.id} className={line}>
              <span className="min-w-0 grow">
                <Link
                  href={`/alerts/${alert.id}`}
                  title={alert.summary}
                  className="line-clamp-2 font-medium wrap-anywhere hover:underline"
                >
                  {alert.summary}
                </Link>
                <span className="block text-xs text-ink-2">
                  {kindNames[alert.kind]} · <Ago at={alert.lastSeenAt} />
                </span>
              </span>
              <StatusBadge status={alert.status} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
