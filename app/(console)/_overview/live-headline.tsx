'use client';

import { useMemo } from 'react';
import { isOutside } from '../../_baseline/verdict.ts';
import { VerdictLine, VerdictSkeleton } from '../../_baseline/verdict-line.tsx';
import { useCompletePoints } from '../../_live/complete-points.ts';
import { useLive } from '../../_live/use-live.ts';
import { formatCount } from '../../_ui/format.ts';
import { Link } from '../../_ui/link.tsx';
import { plural } from '../../_ui/words.ts';
import { figuresOf } from './figures.ts';
import { headline } from './headline.ts';

/** The answer before the numbers, and what to do next. */
export function LiveHeadline() {
  const points = useCompletePoints();
  const throttles = useLive((state) => state.live?.throttles);
  const unusual = useLive((state) => state.live?.surprises);
  const open = useLive((state) => state.live?.totals.openAlerts ?? 0);
  const verdict = useMemo(
    () =>
      points && throttles && unusual
        ? headline({ figures: figuresOf(points), throttles, surprises: unusual.filter(isOutside) })
        : undefined,
    [points, throttles, unusual],
  );
  if (verdict === undefined) return <VerdictSkeleton />;
  return (
    <VerdictLine verdict={verdict}>
      {open > 0 && (
        <Link
          href="/alerts"
          className="ml-2 rounded whitespace-nowrap text-accent underline underline-offset-2"
        >
          Answer {formatCount(open)} open {plural(open, 'alert')}
        </Link>
      )}
    </VerdictLine>
  );
}
