'use client';

/** What a list of users shows: on a wide screen as columns, on a narrow one as a card. */

import type { UserSummary } from '../../../../lib/contract/console.ts';
import { AlertCount, NormalCell, RateCell, RatePhrase } from '../../../_baseline/rate-cell.tsx';
import { useNameFilter } from '../../../_baseline/use-server-list.ts';
import { useLive } from '../../../_live/use-live.ts';
import { ConclusionBadge } from '../../../_ui/badges.tsx';
import type { Column } from '../../../_ui/data-table-model.ts';
import { formatCount } from '../../../_ui/format.ts';
import { Link } from '../../../_ui/link.tsx';
import { userPath } from '../../../_ui/paths.ts';
import { Ago } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { plural } from '../../../_ui/words.ts';

export const userColumns: Column<UserSummary>[] = [
  {
    id: 'name',
    name: 'User',
    value: (row) => row.user,
    cell: (row) => <UserName row={row} />,
    width: { min: 220, grow: 3 },
    sortFirst: 'asc',
  },
  {
    id: 'rate',
    name: 'Requests / min',
    value: (row) => row.ratePerMinute,
    cell: (row) => <RateCell rate={row.ratePerMinute} expected={row.expectedPerMinute} />,
    width: { min: 150 },
    numeric: true,
    sortFirst: 'desc',
    hint: 'Over the last minute, all endpoints together',
  },
  {
    id: 'expected',
    name: 'Normal / min',
    value: (row) => row.expectedPerMinute,
    cell: (row) => <NormalCell expected={row.expectedPerMinute} />,
    width: { min: 110 },
    numeric: true,
    hint: 'What Tidegate has learned to expect',
  },
  {
    id: 'requests',
    name: 'In all',
    hint: 'Requests ever reported',
    value: (row) => row.requestsTotal,
    cell: (row) => formatCount(row.requestsTotal),
    width: { min: 120 },
    numeric: true,
    sortFirst: 'desc',
  },
  {
    id: 'endpoints',
    name: 'Endpoints',
    value: (row) => row.endpoints,
    cell: (row) => formatCount(row.endpoints),
    width: { min: 90 },
    numeric: true,
  },
  {
    id: 'openAlerts',
    name: 'Open alerts',
    value: (row) => row.openAlerts,
    cell: (row) => <AlertCount count={row.openAlerts} />,
    width: { min: 100 },
    numeric: true,
  },
  {
    id: 'lastSeen',
    name: 'Last seen',
    value: (row) => row.lastSeenAt,
    cell: (row) => <Ago at={row.lastSeenAt} />,
    width: { min: 110 },
    numeric: true,
    sortFirst: 'desc',
  },
];

function UserName({ row }: { row: UserSummary }) {
  const filter = useNameFilter();
  return (
    <span className="flex min-w-0 items-center gap-2">
      <ValueMenu value={row.user} href={userPath(row.user)} className="font-medium" {...filter} />
      {row.throttled && <Held user={row.user} />}
    </span>
  );
}

/** The strictest of what holds a user back: red and amber mean different things. */
function Held({ user }: { user: string }) {
  const isDenied = useLive(
    ({ live }) =>
      live?.throttles.some(({ scope, conclusion }) => scope.user === user && conclusion === 'deny') ?? false,
  );
  return <ConclusionBadge conclusion={isDenied ? 'deny' : 'throttle'} />;
}

export function UserCard(row: UserSummary) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex min-w-0 items-center justify-between gap-2">
        <Link href={userPath(row.user)} className="truncate font-medium">
          {row.user}
        </Link>
        {row.throttled ? (
          <Held user={row.user} />
        ) : (
          <span className="text-xs text-ink-3">
            <Ago at={row.lastSeenAt} />
          </span>
        )}
      </span>
      <span className="flex justify-between gap-2">
        <RatePhrase rate={row.ratePerMinute} expected={row.expectedPerMinute} />
        {row.openAlerts > 0 && (
          <span className="text-xs font-medium">
            {formatCount(row.openAlerts)} open {plural(row.openAlerts, 'alert')}
          </span>
        )}
      </span>
    </span>
  );
}
