'use client';

import { Gauge } from 'lucide-react';
import { memo } from 'react';
import type { Throttle } from '../../../lib/contract/decision.ts';
import { useLive } from '../../_live/use-live.ts';
import { ConclusionBadge } from '../../_ui/badges.tsx';
import { formatCount, formatRate } from '../../_ui/format.ts';
import { LiftThrottle } from '../../_ui/lift-throttle.tsx';
import { Link } from '../../_ui/link.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Empty, SkeletonRows } from '../../_ui/states.tsx';
import { TimeLeft } from '../../_ui/time.tsx';

/** The panel keeps the height of so many, so that nothing jumps when one ends. */
const shownMax = 6;

export function ThrottlesInForce() {
  const throttles = useLive((state) => state.live?.throttles);
  return (
    <Panel
      title="Throttles in force"
      className="min-h-90"
      note={throttles && throttles.length > 0 && formatCount(throttles.length)}
      actions={
        <Link href="/throttles" className="mr-2 text-xs text-accent hover:underline">
          Show all
        </Link>
      }
    >
      {throttles === undefined ? (
        <SkeletonRows rows={5} label="Loading throttles" />
      ) : throttles.length === 0 ? (
        <Empty icon={Gauge} title="No throttle is in force">
          Every request is let through.
        </Empty>
      ) : (
        <ul>
          {throttles.slice(0, shownMax).map((throttle) => (
            <Row key={throttle.id} throttle={throttle} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const Row = memo(function Row({ throttle }: { throttle: Throttle }) {
  const { scope, conclusion, mode, limitPerMinute, expiresAt, alertId } = throttle;
  const who = scope.user ?? scope.ip ?? scope.tokenId;
  const where = scope.endpoint ?? 'every endpoint';
  return (
    <li className="flex items-center gap-3 border-b border-line py-2 pr-2 pl-4 last:border-b-0">
      <span className="min-w-0 grow">
        <Link href={`/alerts/${alertId}`} title={who} className="block truncate font-medium hover:underline">
          {who}
        </Link>
        <span title={where} className="block truncate font-mono text-xs text-ink-2">
          {where}
        </span>
      </span>
      <span className="shrink-0 text-right text-xs">
        <ConclusionBadge conclusion={conclusion} mode={mode} />
        <span className="block text-ink-3">
          {limitPerMinute !== undefined && `to ${formatRate(limitPerMinute)} / min · `}
          <TimeLeft until={expiresAt} />
        </span>
      </span>
      <LiftThrottle throttle={throttle} />
    </li>
  );
});
