'use client';

import { Waves } from 'lucide-react';
import Link from 'next/link';
import { memo, useMemo } from 'react';
import type { Surprise } from '../../../lib/contract/console.ts';
import { isOutside } from '../../_baseline/verdict.ts';
import { useLive } from '../../_live/use-live.ts';
import { ConclusionBadge } from '../../_ui/badges.tsx';
import { BandMeter } from '../../_ui/band-meter.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { endpointPath, userPath } from '../../_ui/paths.ts';
import { Empty, SkeletonRows } from '../../_ui/states.tsx';

/** More are a list to search, not a screen to watch. */
const shownMax = 8;

/** Pairs that are above their own normal now, most surprising first. */
export function Surprises() {
  const unusual = useLive((state) => state.live?.surprises);
  // Evidence outlives the minute it came from: what is back inside its band is no longer surprising now.
  const surprises = useMemo(() => unusual?.filter(isOutside), [unusual]);
  return (
    <Panel
      title="What is surprising now"
      note={surprises && surprises.length > shownMax && `top ${shownMax} of ${surprises.length}`}
    >
      {surprises === undefined ? (
        <SkeletonRows rows={5} label="Loading what is surprising" />
      ) : surprises.length === 0 ? (
        <Empty icon={Waves} title="Nothing is out of the ordinary">
          Every user is within what is normal for them.
        </Empty>
      ) : (
        <ul className="min-h-60">
          {surprises.slice(0, shownMax).map((surprise) => (
            <Row key={`${surprise.user} ${surprise.endpoint}`} surprise={surprise} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const Row = memo(function Row({ surprise }: { surprise: Surprise }) {
  const { user, endpoint, ratePerMinute, upperPerMinute, conclusion } = surprise;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-b-0">
      <span className="min-w-0 grow basis-52">
        <Link href={userPath(user)} className="block truncate font-medium hover:underline">
          {user}
        </Link>
        <Link
          href={endpointPath(endpoint)}
          className="block truncate font-mono text-xs text-ink-2 hover:underline"
        >
          {endpoint}
        </Link>
      </span>
      <span className="sm:w-76">
        <BandMeter value={ratePerMinute} upper={upperPerMinute} />
      </span>
      <span className="ml-auto flex w-24 justify-end">
        <ConclusionBadge conclusion={conclusion} />
      </span>
    </li>
  );
});
