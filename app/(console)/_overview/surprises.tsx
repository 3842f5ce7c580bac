'use client';

import { Waves } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { Surprise } from '../../../lib/contract/console.ts';
import type { Throttle } from '../../../lib/contract/decision.ts';
import { isOutside } from '../../_baseline/verdict.ts';
import { useLive } from '../../_live/use-live.ts';
import { ConclusionBadge } from '../../_ui/badges.tsx';
import { BandMeter } from '../../_ui/band-meter.tsx';
import { Link } from '../../_ui/link.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { endpointPath, userPath } from '../../_ui/paths.ts';
import { Empty, SkeletonRows } from '../../_ui/states.tsx';
import { kindNames } from '../../_ui/words.ts';

/** More are a list to search, not a screen to watch. The panel keeps the height of so many. */
const shownMax = 6;

/** Pairs that are above their own normal now, most surprising first. */
export function Surprises() {
  const unusual = useLive((state) => state.live?.surprises);
  // Evidence outlives the minute it came from: what is back inside its band is no longer surprising now.
  const surprises = useMemo(() => unusual?.filter(isOutside), [unusual]);
  const throttles = useLive((state) => state.live?.throttles);
  return (
    <Panel
      title="What is surprising now"
      className="min-h-90"
      note={surprises && surprises.length > shownMax && `top ${shownMax} of ${surprises.length}`}
    >
      {surprises === undefined ? (
        <SkeletonRows rows={5} label="Loading what is surprising" />
      ) : surprises.length === 0 ? (
        <Empty icon={Waves} title="Nothing is out of the ordinary">
          Every user is within what is normal for them.
        </Empty>
      ) : (
        <ul>
          {surprises.slice(0, shownMax).map((surprise) => (
            <Row
              key={`${surprise.user} ${surprise.endpoint}`}
              surprise={surprise}
              because={becauseOf(surprise, throttles ?? none)}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const none: Throttle[] = [];

/** The order that holds it back: its finding is the reason. The strictest speaks where there are several. */
function becauseOf({ user, endpoint, conclusion }: Surprise, throttles: readonly Throttle[]) {
  const about = throttles.filter(
    ({ scope }) =>
      (scope.user === user || (scope.ip !== undefined && user === `ip:${scope.ip}`)) &&
      (scope.endpoint === undefined || scope.endpoint === endpoint),
  );
  return about.find((throttle) => throttle.conclusion === conclusion) ?? about[0];
}

interface RowProps {
  surprise: Surprise;
  because: Throttle | undefined;
}

const Row = memo(function Row({ surprise, because }: RowProps) {
  const { user, endpoint, ratePerMinute, upperPerMinute, conclusion } = surprise;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-b-0">
      <span className="min-w-0 grow basis-40">
        <Link href={userPath(user)} title={user} className="block truncate font-medium hover:underline">
          {user}
        </Link>
        <Link
          href={endpointPath(endpoint)}
          title={endpoint}
          className="block truncate font-mono text-xs text-ink-2 hover:underline"
        >
          {endpoint}
        </Link>
      </span>
      <span className="sm:w-76">
        <BandMeter value={ratePerMinute} upper={upperPerMinute} />
      </span>
      <span className="ml-auto flex flex-col items-end gap-0.5 text-xs sm:w-36">
        <ConclusionBadge conclusion={conclusion} mode={because?.mode} />
        {because ? (
          <Link href={`/alerts/${because.alertId}`} className="truncate rounded text-accent hover:underline">
            {kindNames[because.kind]}
          </Link>
        ) : (
          <span className="text-ink-3">not limited</span>
        )}
      </span>
    </li>
  );
});
