'use client';

import type { OAuthClient } from '../../../../lib/contract/oauth.ts';
import { cx } from '../../../_ui/class-names.ts';
import type { Column } from '../../../_ui/data-table-model.ts';
import { Link } from '../../../_ui/link.tsx';
import { Ago } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { clientKindNames } from './client-words.ts';

interface ValueActions {
  onFilter: (value: string) => void;
  onExclude: (value: string) => void;
}

export function clientColumns(actions: ValueActions): Column<OAuthClient>[] {
  return [
    {
      id: 'name',
      name: 'Client',
      value: ({ name }) => name,
      cell: (row) => <ClientName row={row} />,
      width: { min: 200, grow: 3 },
      sortFirst: 'asc',
    },
    {
      id: 'kind',
      name: 'Kind',
      value: ({ kind }) => clientKindNames[kind],
      cell: ({ kind }) => <ValueMenu value={clientKindNames[kind]} {...actions} />,
      width: { min: 120, grow: 1 },
      sortFirst: 'asc',
    },
    {
      id: 'audience',
      name: 'Tokens for',
      value: ({ audiences }) => audiences.join(' '),
      cell: ({ audiences }) => (
        <span className="font-mono text-xs" title={audiences.join('\n')}>
          {audiences.join(', ')}
        </span>
      ),
      width: { min: 200, grow: 3 },
    },
    {
      id: 'secrets',
      name: 'Secrets',
      value: ({ secrets }) => secrets.length,
      cell: ({ secrets, kind }) => <Secrets count={secrets.length} hasNone={kind === 'public'} />,
      width: { min: 140, grow: 1 },
      sortFirst: 'desc',
    },
    {
      id: 'lastUsed',
      name: 'Last used',
      value: ({ lastUsedAt }) => lastUsedAt,
      cell: ({ lastUsedAt }) =>
        lastUsedAt === undefined ? <span className="text-ink-3">never</span> : <Ago at={lastUsedAt} />,
      width: { min: 110, grow: 0 },
      numeric: true,
      sortFirst: 'desc',
    },
    {
      id: 'made',
      name: 'Made',
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Ago at={createdAt} />,
      width: { min: 110, grow: 0 },
      numeric: true,
      sortFirst: 'desc',
    },
  ];
}

function ClientName({ row }: { row: OAuthClient }) {
  const isRevoked = row.revokedAt !== undefined;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link
        href={`/clients/${row.id}`}
        title={row.name}
        className={cx('truncate hover:underline', isRevoked ? 'text-ink-3 line-through' : 'font-medium')}
      >
        {row.name}
      </Link>
      {isRevoked && <span className="text-xs text-deny">Revoked</span>}
    </span>
  );
}

function Secrets({ count, hasNone }: { count: number; hasNone: boolean }) {
  if (hasNone) return <span className="text-ink-3">bound to its key</span>;
  if (count === 0) return <span className="text-ink-3">none</span>;
  return <span>{count === 1 ? '1' : `${count}, rotating`}</span>;
}

export function ClientCard(row: OAuthClient) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex min-w-0 items-center justify-between gap-2">
        <ClientName row={row} />
        <span className="shrink-0 text-xs text-ink-3">
          {row.lastUsedAt === undefined ? 'never used' : <Ago at={row.lastUsedAt} />}
        </span>
      </span>
      <span className="truncate text-xs text-ink-2">
        {clientKindNames[row.kind]} · {row.audiences.join(', ')}
      </span>
    </span>
  );
}
