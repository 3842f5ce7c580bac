'use client';

import type { AlertSummary } from '../../../../lib/contract/console.ts';
import { ConclusionBadge, StatusBadge } from '../../../_ui/badges.tsx';
import type { Column } from '../../../_ui/data-table-model.ts';
import { formatCount } from '../../../_ui/format.ts';
import { Ago } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { kindNames } from '../../../_ui/words.ts';
import type { Narrowing, StatusFilter } from './alert-filter.ts';

const counts: Column<AlertSummary>[] = [
  {
    id: 'requests',
    name: 'Requests',
    value: ({ requestCount }) => requestCount,
    cell: ({ requestCount }) => formatCount(requestCount),
    width: { min: 96, grow: 0 },
    numeric: true,
  },
  {
    id: 'refused',
    name: 'Refused',
    value: ({ refusedCount }) => refusedCount,
    cell: ({ refusedCount }) => formatCount(refusedCount),
    width: { min: 90, grow: 0 },
    numeric: true,
    extra: true,
  },
  {
    id: 'opened',
    name: 'Opened',
    value: ({ openedAt }) => openedAt,
    cell: ({ openedAt }) => (
      <span className="text-ink-2">
        <Ago at={openedAt} />
      </span>
    ),
    width: { min: 100, grow: 0 },
    numeric: true,
  },
];

interface Acts {
  narrow: (name: Narrowing, value: string) => void;
  leaveOut: (value: string) => void;
}

/** @param status what the list is filtered by: a column that says the same in every row is not shown by itself */
export function alertColumns(acts: Acts, status: StatusFilter): Column<AlertSummary>[] {
  return [
    {
      id: 'summary',
      name: 'Alert',
      value: ({ summary }) => summary,
      cell: (alert) => (
        <span
          className={alert.status === 'open' ? 'truncate font-medium' : 'truncate text-ink-2'}
          title={alert.summary}
        >
          {alert.summary}
        </span>
      ),
      width: { min: 220, grow: 4 },
    },
    {
      id: 'conclusion',
      name: 'Response',
      value: ({ conclusion }) => conclusion,
      cell: ({ conclusion, mode }) => <ConclusionBadge conclusion={conclusion} mode={mode} />,
      // As wide as what shadow mode would have done.
      width: { min: 168, grow: 0 },
    },
    {
      id: 'kind',
      name: 'Kind',
      value: ({ kind }) => kind,
      cell: ({ kind }) => <span className="truncate text-ink-2">{kindNames[kind]}</span>,
      width: { min: 150, grow: 0 },
      extra: true,
    },
    {
      id: 'who',
      name: 'Who',
      value: ({ scope }) => scope.user ?? scope.ip ?? scope.tokenId,
      cell: ({ scope }) => <Who scope={scope} acts={acts} />,
      width: { min: 150, grow: 0 },
    },
    {
      id: 'endpoint',
      name: 'Endpoint',
      value: ({ scope }) => scope.endpoint,
      cell: ({ scope: { endpoint } }) =>
        endpoint === undefined ? (
          <span className="text-ink-3">all</span>
        ) : (
          <ValueMenu
            value={endpoint}
            onFilter={(value) => acts.narrow('endpoint', value)}
            onExclude={acts.leaveOut}
          >
            <span className="font-mono text-xs">{endpoint}</span>
          </ValueMenu>
        ),
      width: { min: 170, grow: 1 },
      extra: true,
    },
    {
      id: 'status',
      name: 'Status',
      value: (row) => row.status,
      cell: (row) => <StatusBadge status={row.status} />,
      width: { min: 130, grow: 0 },
      extra: status !== 'all',
    },
    ...counts,
  ];
}

function Who({ scope: { user, ip, tokenId }, acts }: { scope: AlertSummary['scope']; acts: Acts }) {
  const value = user ?? ip;
  if (value !== undefined) {
    const name = user === undefined ? 'ip' : 'user';
    return (
      <ValueMenu value={value} onFilter={(chosen) => acts.narrow(name, chosen)} onExclude={acts.leaveOut} />
    );
  }
  return tokenId === undefined ? <span className="text-ink-3">all</span> : <ValueMenu value={tokenId} />;
}

/** An alert under a thumb: the sentence, then what was done and since when. */
export function AlertCard({ alert }: { alert: AlertSummary }) {
  return (
    <span className="flex min-w-0 grow flex-col gap-1.5">
      <span className={alert.status === 'open' ? 'line-clamp-2 font-medium' : 'line-clamp-2 text-ink-2'}>
        {alert.summary}
      </span>
      <span className="flex items-center gap-3 text-xs text-ink-3">
        <ConclusionBadge conclusion={alert.conclusion} mode={alert.mode} />
        <StatusBadge status={alert.status} />
        <span className="ml-auto">
          <Ago at={alert.openedAt} />
        </span>
      </span>
    </span>
  );
}
