'use client';

import type { OperatorAccount } from '../../../../lib/contract/operators.ts';
import { clearanceNames, roleNames } from '../../../_session/role-words.ts';
import { cx } from '../../../_ui/class-names.ts';
import type { Column } from '../../../_ui/data-table-model.ts';
import { formatCount } from '../../../_ui/format.ts';
import { Link } from '../../../_ui/link.tsx';
import { Risk } from '../../../_ui/risk.tsx';
import { Ago } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { plural } from '../../../_ui/words.ts';

interface ValueActions {
  onFilter: (value: string) => void;
  onExclude: (value: string) => void;
}

export function operatorColumns(actions: ValueActions, ownId: string | undefined): Column<OperatorAccount>[] {
  return [
    {
      id: 'name',
      name: 'Operator',
      value: ({ name }) => name,
      cell: (row) => <OperatorName row={row} ownId={ownId} />,
      width: { min: 200, grow: 3 },
      sortFirst: 'asc',
    },
    {
      id: 'role',
      name: 'Role',
      value: ({ role }) => roleNames[role],
      cell: ({ role }) => <ValueMenu value={roleNames[role]} {...actions} />,
      width: { min: 100, grow: 1 },
      sortFirst: 'asc',
    },
    {
      id: 'team',
      name: 'Team',
      value: ({ team }) => team,
      cell: ({ team }) =>
        team === '' ? <span className="text-ink-3">none</span> : <ValueMenu value={team} {...actions} />,
      width: { min: 105, grow: 1 },
      sortFirst: 'asc',
    },
    {
      id: 'clearance',
      name: 'Clearance',
      value: ({ clearance }) => clearance,
      cell: ({ clearance }) => clearanceNames[clearance] ?? clearance,
      width: { min: 150, grow: 0 },
      sortFirst: 'desc',
      hint: 'What is more sensitive than this stays hidden',
    },
    ...counts,
  ];
}

const counts: Column<OperatorAccount>[] = [
  {
    id: 'devices',
    name: 'Passkeys',
    value: ({ devices }) => devices,
    cell: ({ devices }) => formatCount(devices),
    width: { min: 120, grow: 0 },
    numeric: true,
    sortFirst: 'asc',
    hint: 'With one alone, its loss locks the operator out',
  },
  {
    id: 'sessions',
    name: 'Live sessions',
    value: ({ sessions }) => sessions,
    cell: ({ sessions }) => formatCount(sessions),
    width: { min: 140, grow: 0 },
    numeric: true,
    sortFirst: 'desc',
  },
  {
    id: 'risk',
    name: 'Risk',
    value: ({ risk }) => risk,
    cell: ({ risk }) => <Risk risk={risk} />,
    width: { min: 100, grow: 0 },
    numeric: true,
    sortFirst: 'desc',
    hint: '0 to 100, from what Tidegate found about this operator',
  },
  {
    id: 'lastSeen',
    name: 'Last seen',
    value: ({ lastSeenAt }) => lastSeenAt,
    cell: ({ lastSeenAt }) => <LastSeen at={lastSeenAt} />,
    width: { min: 110, grow: 0 },
    numeric: true,
    sortFirst: 'desc',
  },
];

function LastSeen({ at }: { at: number | undefined }) {
  return at === undefined ? <span className="text-ink-3">never</span> : <Ago at={at} />;
}

interface NamedProps {
  row: OperatorAccount;
  ownId: string | undefined;
}

function OperatorName({ row, ownId }: NamedProps) {
  const isDisabled = row.disabledAt !== undefined;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link
        href={`/operators/${row.id}`}
        title={row.name}
        className={cx('truncate hover:underline', isDisabled ? 'text-ink-3' : 'font-medium')}
      >
        {row.name}
      </Link>
      {row.id === ownId && <span className="text-xs text-ink-3">you</span>}
      {isDisabled && <DisabledBadge />}
    </span>
  );
}

export function DisabledBadge() {
  return (
    <span className="shrink-0 rounded bg-deny-soft px-1.5 text-xs leading-5 font-medium text-deny">
      Disabled
    </span>
  );
}

export function OperatorCard({ row, ownId }: NamedProps) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex min-w-0 items-center justify-between gap-2">
        <OperatorName row={row} ownId={ownId} />
        <span className="shrink-0 text-xs text-ink-3">
          <LastSeen at={row.lastSeenAt} />
        </span>
      </span>
      <span className="flex justify-between gap-2 text-xs text-ink-2">
        <span className="truncate">
          {roleNames[row.role]}
          {row.team !== '' && ` · ${row.team}`}
        </span>
        <span className="shrink-0">
          {formatCount(row.devices)} {plural(row.devices, 'passkey')}
        </span>
      </span>
    </span>
  );
}
