'use client';

import type { ReactNode } from 'react';
import type { Exception } from '../../../../lib/contract/exception.ts';
import type { Column } from '../../../_ui/data-table-model.ts';
import { Ago, Moment, TimeLeft } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { kindNames, scopeText } from '../../../_ui/words.ts';
import { type ValueActions, WhereCell, WhoCell } from './scope-cells.tsx';

export function exceptionColumns(
  actions: ValueActions,
  endOf: (row: Exception) => ReactNode,
): Column<Exception>[] {
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
      id: 'kind',
      name: 'Findings',
      value: ({ kind }) => (kind ? kindNames[kind] : 'All kinds'),
      cell: ({ kind }) => <ValueMenu value={kind ? kindNames[kind] : 'All kinds'} {...actions} />,
      width: { min: 130 },
      sortFirst: 'asc',
    },
    {
      id: 'reason',
      name: 'Reason',
      value: ({ reason }) => reason,
      cell: ({ reason }) => <span title={reason}>{reason}</span>,
      width: { min: 180, grow: 3 },
    },
    {
      id: 'by',
      name: 'By',
      value: ({ createdBy }) => createdBy,
      cell: ({ createdBy }) => <ValueMenu value={createdBy} {...actions} />,
      width: { min: 100 },
      sortFirst: 'asc',
    },
    {
      id: 'created',
      name: 'Added',
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Ago at={createdAt} />,
      width: { min: 95 },
      numeric: true,
      sortFirst: 'desc',
      extra: true,
    },
    {
      id: 'left',
      name: 'Ends',
      value: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => <TimeLeft until={expiresAt} />,
      width: { min: 125 },
      numeric: true,
      sortFirst: 'asc',
    },
    {
      id: 'end',
      name: '',
      value: ({ id }) => id,
      cell: endOf,
      width: { min: 95, grow: 0.2 },
      numeric: true,
    },
  ];
}

export function exceptionCard(endOf: (row: Exception) => ReactNode) {
  return function ExceptionCard(row: Exception) {
    return (
      <span className="flex flex-col gap-0.5">
        <span className="truncate font-medium">{scopeText(row.scope)}</span>
        <span className="line-clamp-2 text-xs text-ink-2">
          {row.kind ? kindNames[row.kind] : 'All kinds'} · {row.reason}
        </span>
        <span className="-my-0.5 flex items-center text-xs text-ink-3">
          <span className="grow">
            {row.createdBy}, until <Moment at={row.expiresAt} />
          </span>
          {endOf(row)}
        </span>
      </span>
    );
  };
}
