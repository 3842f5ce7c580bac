'use client';

/** What a list of sessions shows: on a wide screen as columns, on a narrow one as a card. */

import type { SessionSummary } from '../../../../lib/contract/sessions.ts';
import type { Column } from '../../../_ui/data-table-model.ts';
import { Risk } from '../../../_ui/risk.tsx';
import { Ago, Moment, TimeLeft } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { HolderIcon, SessionStatusBadge, ThisSession } from './session-cells.tsx';
import type { Narrowing } from './session-filter.ts';
import { browserName, clientName, holderNames } from './session-words.ts';

export interface Acts {
  narrow: (name: Narrowing, value: string) => void;
  leaveOut: (value: string, name?: string) => void;
}

/** Which filter means all sessions of this holder. */
export function holderNarrowing({ kind }: SessionSummary['holder']): Narrowing {
  return kind === 'operator' ? 'operator' : kind === 'user' ? 'user' : 'client';
}

export function sessionColumns(acts: Acts): Column<SessionSummary>[] {
  return [
    {
      id: 'holder',
      name: 'Held by',
      value: ({ holder }) => holder.name,
      cell: (row) => <Holder row={row} acts={acts} />,
      width: { min: 185, grow: 3 },
    },
    {
      id: 'client',
      name: 'Client',
      value: clientName,
      cell: ({ client }) =>
        client === undefined ? (
          <span className="text-ink-3">Console</span>
        ) : (
          <ValueMenu
            value={client.name}
            onFilter={() => acts.narrow('client', client.id)}
            onExclude={() => acts.leaveOut(client.id, client.name)}
          />
        ),
      width: { min: 100, grow: 2 },
    },
    {
      id: 'device',
      name: 'Passkey',
      value: ({ device }) => device?.name,
      cell: ({ device }) => <Device device={device} acts={acts} />,
      width: { min: 100, grow: 2 },
    },
    {
      id: 'address',
      name: 'Address',
      value: ({ address }) => address,
      cell: ({ address }) => (
        <ValueMenu
          value={address}
          onFilter={(value) => acts.narrow('address', value)}
          onExclude={acts.leaveOut}
        />
      ),
      width: { min: 110, grow: 1 },
    },
    {
      id: 'lastUsed',
      name: 'Last use',
      value: ({ lastUsedAt }) => lastUsedAt,
      cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} />,
      width: { min: 95, grow: 0 },
      numeric: true,
    },
    {
      id: 'risk',
      name: 'Risk',
      value: ({ risk }) => risk,
      cell: ({ risk, riskReasons }) => <Risk risk={risk} reasons={riskReasons} />,
      width: { min: 90, grow: 0 },
      hint: '0 is calm, 100 alarming',
    },
    {
      id: 'status',
      name: 'State',
      value: ({ status }) => status,
      cell: ({ status }) => <SessionStatusBadge status={status} />,
      width: { min: 90, grow: 0 },
    },
    ...extras,
  ];
}

const extras: Column<SessionSummary>[] = [
  {
    id: 'holderKind',
    name: 'Kind',
    value: ({ holder }) => holderNames[holder.kind],
    width: { min: 90, grow: 0 },
    extra: true,
  },
  {
    id: 'browser',
    name: 'Browser or program',
    value: ({ userAgent }) => userAgent,
    cell: ({ userAgent }) => <span title={userAgent}>{browserName(userAgent)}</span>,
    width: { min: 150, grow: 1 },
    extra: true,
  },
  {
    id: 'opened',
    name: 'Opened',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} />,
    width: { min: 120, grow: 0 },
    numeric: true,
    extra: true,
  },
  {
    id: 'ends',
    name: 'Ends',
    value: ({ expiresAt }) => expiresAt,
    cell: ({ expiresAt, status }) => (status === 'live' ? <TimeLeft until={expiresAt} /> : '–'),
    width: { min: 120, grow: 0 },
    numeric: true,
    extra: true,
  },
  {
    id: 'rotations',
    name: 'Rotations',
    value: ({ rotations }) => rotations,
    width: { min: 90, grow: 0 },
    numeric: true,
    extra: true,
  },
];

function Holder({ row, acts }: { row: SessionSummary; acts: Acts }) {
  const { holder, current } = row;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <HolderIcon kind={holder.kind} />
      <ValueMenu
        value={holder.name}
        className="font-medium"
        onFilter={() => acts.narrow(holderNarrowing(holder), holder.id)}
        onExclude={() => acts.leaveOut(holder.id, holder.name)}
      />
      {current && <ThisSession />}
    </span>
  );
}

function Device({ device, acts }: { device: SessionSummary['device']; acts: Acts }) {
  if (device === undefined) return <span className="text-ink-3">none</span>;
  const { id, name } = device;
  if (id === undefined) return <span title={name}>{name}</span>;
  return (
    <ValueMenu
      value={name}
      onFilter={() => acts.narrow('device', id)}
      onExclude={() => acts.leaveOut(id, name)}
    />
  );
}

export function SessionCard(row: SessionSummary) {
  const { holder, risk, riskReasons, status, address, lastUsedAt, current } = row;
  return (
    <span className="flex flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2">
        <HolderIcon kind={holder.kind} />
        <span className="min-w-0 truncate font-medium">{holder.name}</span>
        {current && <ThisSession />}
        <span className="ml-auto shrink-0 text-xs text-ink-3">
          <Ago at={lastUsedAt} />
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-2 text-xs text-ink-2">
        <span className="min-w-0 truncate">
          {holder.kind !== 'client' && `${clientName(row)} · `}
          {address}
        </span>
        <span className="ml-auto flex shrink-0 items-center gap-3">
          {risk > 0 && <Risk risk={risk} reasons={riskReasons} />}
          <SessionStatusBadge status={status} />
        </span>
      </span>
    </span>
  );
}
