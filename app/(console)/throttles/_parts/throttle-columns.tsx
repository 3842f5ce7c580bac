'use client';

import type { Throttle } from '../../../../lib/contract/decision.ts';
import { ConclusionBadge } from '../../../_ui/badges.tsx';
import type { Column } from '../../../_ui/data-table-model.ts';
import { formatRate } from '../../../_ui/format.ts';
import { LiftThrottle } from '../../../_ui/lift-throttle.tsx';
import { Link } from '../../../_ui/link.tsx';
import { Ago, TimeLeft } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { kindNames } from '../../../_ui/words.ts';
import { type ValueActions, WhereCell, WhoCell } from './scope-cells.tsx';

export function throttleColumns(actions: ValueActions): Column<Throttle>[] {
  return [
    {
      id: 'who',
      name: 'Who',
      value: ({ scope }) => scope.user ?? scope.ip ?? scope.tokenId ?? 'everyone',
      cell: ({ scope }) => <WhoCell scope={scope} actions={actions} />,
      width: { min: 140, grow: 2 },
      sortFirst: 'asc',
    },
    {
      id: 'where',
      name: 'Where',
      value: ({ scope }) => scope.endpoint ?? 'every endpoint',
      cell: ({ scope }) => <WhereCell scope={scope} actions={actions} />,
      width: { min: 160, grow: 2 },
      sortFirst: 'asc',
    },
    {
      id: 'conclusion',
      name: 'What',
      value: ({ conclusion, mode }) => (mode === 'shadow' ? `shadow ${conclusion}` : conclusion),
      cell: ({ conclusion, mode }) => <ConclusionBadge conclusion={conclusion} mode={mode} />,
      width: { min: 165 },
      sortFirst: 'asc',
    },
    {
      id: 'limit',
      name: 'Limit / min',
      value: ({ limitPerMinute }) => limitPerMinute,
      cell: ({ limitPerMinute }) =>
        limitPerMinute === undefined ? <span className="text-ink-3">none</span> : formatRate(limitPerMinute),
      width: { min: 100, grow: 0 },
      numeric: true,
      sortFirst: 'asc',
      hint: 'What is let through of this caller, by the whole fleet together',
    },
    {
      id: 'kind',
      name: 'Why',
      value: ({ kind }) => kindNames[kind],
      cell: ({ kind }) => <ValueMenu value={kindNames[kind]} {...actions} />,
      width: { min: 150 },
      sortFirst: 'asc',
    },
    ...times,
  ];
}

const times: Column<Throttle>[] = [
  {
    id: 'since',
    name: 'Since',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Ago at={createdAt} />,
    width: { min: 100, grow: 0 },
    numeric: true,
    sortFirst: 'desc',
    extra: true,
  },
  {
    id: 'left',
    name: 'Ends',
    value: ({ expiresAt }) => expiresAt,
    cell: ({ expiresAt }) => <TimeLeft until={expiresAt} />,
    width: { min: 130, grow: 0 },
    numeric: true,
    sortFirst: 'desc',
    hint: 'It ends by itself',
  },
  {
    id: 'alert',
    name: 'Alert',
    value: ({ alertId }) => alertId,
    cell: (row) => (
      <span className="flex items-center justify-end gap-1">
        <Link href={`/alerts/${row.alertId}`} className="rounded text-accent hover:underline">
          Look at it
        </Link>
        <LiftThrottle throttle={row} />
      </span>
    ),
    width: { min: 125, grow: 0 },
    numeric: true,
  },
];

export function ThrottleCard(row: Throttle) {
  const { scope, conclusion, mode, limitPerMinute, expiresAt, kind } = row;
  return (
    <span className="flex flex-col gap-1">
      <span className="flex items-center gap-2">
        <span className="min-w-0 grow truncate font-medium">
          {scope.user ?? scope.ip ?? scope.tokenId ?? 'everyone'}
        </span>
        <ConclusionBadge conclusion={conclusion} mode={mode} />
      </span>
      <span className="truncate font-mono text-xs text-ink-2">{scope.endpoint ?? 'every endpoint'}</span>
      <span className="flex items-center gap-2 text-xs text-ink-2">
        <span className="grow">
          {kindNames[kind]}
          {limitPerMinute !== undefined && ` · to ${formatRate(limitPerMinute)} / min`} ·{' '}
          <TimeLeft until={expiresAt} />
        </span>
        <LiftThrottle throttle={row} />
      </span>
    </span>
  );
}
