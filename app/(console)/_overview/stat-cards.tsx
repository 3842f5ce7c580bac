'use client';

import { type ReactNode, useMemo } from 'react';
import { useCompletePoints } from '../../_live/complete-points.ts';
import { useLive } from '../../_live/use-live.ts';
import { cx } from '../../_ui/class-names.ts';
import { formatCount, formatRate } from '../../_ui/format.ts';
import { Link } from '../../_ui/link.tsx';
import { Skeleton } from '../../_ui/states.tsx';
import { plural } from '../../_ui/words.ts';
import { figuresOf } from './figures.ts';

/** Four figures, each beside its normal. */
export function StatCards() {
  const points = useCompletePoints();
  const totals = useLive((state) => state.live?.totals);
  const now = useMemo(() => (points === undefined ? undefined : figuresOf(points)), [points]);
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Card
        name="Requests / s"
        value={now && formatRate(now.requests)}
        note={now && (now.band ? `normal ${now.band}` : 'normal not known yet')}
        beyond={now?.above && 'above normal'}
      />
      <Card
        name="Refused / s"
        value={now && formatRate(now.refused)}
        note={now && `15 min average ${formatRate(now.refusedMean)}`}
      />
      <Card
        name="Open alerts"
        href="/alerts"
        value={totals && formatCount(totals.openAlerts)}
        note={
          totals &&
          (totals.newAlerts === 0 ? 'none new in 15 min' : `${formatCount(totals.newAlerts)} new in 15 min`)
        }
      />
      <Card
        name="Users in trouble"
        href="/users"
        value={totals && formatCount(totals.usersInTrouble)}
        note={totals && `of ${formatCount(totals.usersActive)} active ${plural(totals.usersActive, 'user')}`}
      />
    </div>
  );
}

interface CardProps {
  name: string;
  value: string | undefined;
  note: string | undefined;
  beyond?: string | false;
  href?: string;
}

function Card({ name, value, note, beyond, href }: CardProps) {
  const body: ReactNode = (
    <>
      <span className="flex items-baseline justify-between gap-2 text-xs text-ink-2">
        {name}
        {beyond && (
          <span className="rounded bg-ink px-1.5 font-medium text-canvas max-sm:hidden">{beyond}</span>
        )}
      </span>
      {value === undefined ? (
        <Skeleton className="my-1.5 h-6 w-20" />
      ) : (
        <span className="text-2xl leading-9 font-semibold tracking-tight">{value}</span>
      )}
      {note === undefined ? (
        <Skeleton className="my-0.5 h-3 w-28" />
      ) : (
        <span className="truncate text-xs text-ink-3" title={note}>
          {note}
        </span>
      )}
    </>
  );
  const look = 'flex min-w-0 flex-col rounded-lg border border-line bg-panel px-4 py-2.5';
  return href === undefined ? (
    <div className={look}>{body}</div>
  ) : (
    <Link href={href} className={cx(look, 'hover:border-line-strong hover:bg-hover')}>
      {body}
    </Link>
  );
}
