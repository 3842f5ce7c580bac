'use client';

/** What a list of endpoints shows: on a wide screen as columns, on a narrow one as a card. */

import type { EndpointSummary } from '../../../../lib/contract/console.ts';
import { AlertCount, NormalCell, RateCell, RatePhrase } from '../../../_baseline/rate-cell.tsx';
import { useNameFilter } from '../../../_baseline/use-server-list.ts';
import { ModeBadge } from '../../../_ui/badges.tsx';
import type { Column } from '../../../_ui/data-table-model.ts';
import { formatCount, formatShare } from '../../../_ui/format.ts';
import { Link } from '../../../_ui/link.tsx';
import { endpointPath } from '../../../_ui/paths.ts';
import { Ago } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { plural } from '../../../_ui/words.ts';

export const endpointColumns: Column<EndpointSummary>[] = [
  {
    id: 'name',
    name: 'Endpoint',
    value: (row) => row.endpoint,
    cell: (row) => <EndpointName endpoint={row.endpoint} />,
    width: { min: 230, grow: 4 },
    sortFirst: 'asc',
  },
  {
    id: 'mode',
    name: 'Mode',
    value: (row) => row.mode,
    cell: (row) => <ModeBadge mode={row.mode} />,
    width: { min: 90 },
    hint: 'Enforce: Tidegate acts. Shadow: it decides and records, and refuses nothing.',
  },
  {
    id: 'rate',
    name: 'Requests / min',
    value: (row) => row.ratePerMinute,
    cell: (row) => <RateCell rate={row.ratePerMinute} expected={row.expectedPerMinute} />,
    width: { min: 130 },
    numeric: true,
    sortFirst: 'desc',
    hint: 'Over the last minute, all users together',
  },
  {
    id: 'expected',
    name: 'Normal / min',
    value: (row) => row.expectedPerMinute,
    cell: (row) => <NormalCell expected={row.expectedPerMinute} />,
    width: { min: 105 },
    numeric: true,
    hint: 'What Tidegate has learned to expect',
  },
  {
    id: 'users',
    name: 'Users',
    value: (row) => row.users,
    cell: (row) => formatCount(row.users),
    width: { min: 80 },
    numeric: true,
  },
  {
    id: 'errorShare',
    name: 'Errors',
    value: (row) => row.errorShare,
    cell: (row) => formatShare(row.errorShare),
    width: { min: 80 },
    numeric: true,
    hint: 'Share of answers with status 400 or above',
  },
  {
    id: 'requests',
    name: 'In all',
    hint: 'Requests ever reported',
    value: (row) => row.requestsTotal,
    cell: (row) => formatCount(row.requestsTotal),
    width: { min: 105 },
    numeric: true,
    sortFirst: 'desc',
  },
  {
    id: 'openAlerts',
    name: 'Open alerts',
    value: (row) => row.openAlerts,
    cell: (row) => <AlertCount count={row.openAlerts} />,
    width: { min: 95 },
    numeric: true,
  },
  {
    id: 'lastSeen',
    name: 'Last seen',
    value: (row) => row.lastSeenAt,
    cell: (row) => <Ago at={row.lastSeenAt} />,
    width: { min: 105 },
    numeric: true,
    sortFirst: 'desc',
  },
];

function EndpointName({ endpoint }: { endpoint: string }) {
  const filter = useNameFilter();
  return (
    <ValueMenu
      value={endpoint}
      href={endpointPath(endpoint)}
      className="font-mono text-xs font-medium"
      {...filter}
    />
  );
}

export function EndpointCard(row: EndpointSummary) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex min-w-0 items-center justify-between gap-2">
        <Link href={endpointPath(row.endpoint)} className="truncate font-mono text-xs font-medium">
          {row.endpoint}
        </Link>
        {row.mode === 'shadow' && <ModeBadge mode={row.mode} />}
      </span>
      <span className="flex justify-between gap-2">
        <RatePhrase rate={row.ratePerMinute} expected={row.expectedPerMinute} />
        <span className="text-xs whitespace-nowrap text-ink-3">
          {row.openAlerts > 0
            ? `${formatCount(row.openAlerts)} open ${plural(row.openAlerts, 'alert')}`
            : `${formatCount(row.users)} ${plural(row.users, 'user')}`}
        </span>
      </span>
    </span>
  );
}
