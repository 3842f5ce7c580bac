'use client';

/** One pair of user and endpoint against its baseline, as a table's columns and as a card; seen from either side. */

import type { UserDetail } from '../../lib/contract/console.ts';
import { BandMeter } from '../_ui/band-meter.tsx';
import { cx } from '../_ui/class-names.ts';
import type { Column } from '../_ui/data-table-model.ts';
import { formatCount, formatRate, formatShare } from '../_ui/format.ts';
import { endpointPath, userPath } from '../_ui/paths.ts';
import { Ago } from '../_ui/time.tsx';
import { ValueMenu } from '../_ui/value-menu.tsx';

export type Pair = UserDetail['endpoints'][number];
export type PairSide = 'user' | 'endpoint';

/** `side` is what tells the rows apart: the endpoints of one user, or the users of one endpoint. */
export function pairColumns(
  side: PairSide,
  actions: { onFilter: (value: string) => void; onExclude: (value: string) => void },
): Column<Pair>[] {
  return [
    {
      id: side,
      name: side === 'user' ? 'User' : 'Endpoint',
      value: (row) => row[side],
      cell: (row) => (
        <ValueMenu
          value={row[side]}
          href={pathOfSide(row, side)}
          className={cx('font-medium', side === 'endpoint' && 'font-mono text-xs')}
          {...actions}
        />
      ),
      width: { min: 220, grow: 3 },
      sortFirst: 'asc',
    },
    {
      id: 'rate',
      name: 'Last minute against its band',
      value: (row) => row.ratePerMinute,
      cell: (row) => <BandMeter value={row.ratePerMinute} upper={row.upperPerMinute} />,
      width: { min: 300, grow: 2 },
      sortFirst: 'desc',
      hint: 'Requests in the last minute, and the range that Tidegate expects',
    },
    ...figures,
  ];
}

const figures: Column<Pair>[] = [
  {
    id: 'expected',
    name: 'Expected',
    value: (row) => row.expectedPerMinute,
    cell: (row) => formatRate(row.expectedPerMinute),
    width: { min: 95 },
    numeric: true,
    sortFirst: 'desc',
    hint: 'Requests a minute',
  },
  {
    id: 'upper',
    name: 'Band up to',
    value: (row) => row.upperPerMinute,
    cell: (row) => formatRate(row.upperPerMinute),
    width: { min: 90 },
    numeric: true,
    sortFirst: 'desc',
    extra: true,
  },
  {
    id: 'limit',
    name: 'Limit',
    value: (row) => row.limitPerMinute,
    cell: (row) => formatRate(row.limitPerMinute),
    width: { min: 75 },
    numeric: true,
    sortFirst: 'desc',
    hint: 'A minute: the throttle in force, else what a throttle would be set to now',
  },
  {
    id: 'confidence',
    name: 'Own history',
    value: (row) => row.confidence,
    cell: (row) => <Confidence share={row.confidence} />,
    width: { min: 115 },
    sortFirst: 'desc',
    hint: 'How much of the expectation comes from its own past; the rest is what others do',
  },
  {
    id: 'samples',
    name: 'Samples',
    value: (row) => row.sampleCount,
    cell: (row) => formatCount(row.sampleCount),
    width: { min: 85 },
    numeric: true,
    sortFirst: 'desc',
    hint: 'Calm periods that the baseline was learned from',
    extra: true,
  },
  {
    id: 'score',
    name: 'Surprise',
    value: (row) => row.score,
    cell: (row) => <span className={cx(row.score < 1 && 'text-ink-3')}>{formatRate(row.score)}</span>,
    width: { min: 95 },
    numeric: true,
    sortFirst: 'desc',
    hint: 'How unlikely the last minutes are under the normal; 0 is not at all, above 10 is rare',
  },
  {
    id: 'requests',
    name: 'In all',
    hint: 'Requests ever reported',
    value: (row) => row.requestsTotal,
    cell: (row) => formatCount(row.requestsTotal),
    width: { min: 110 },
    numeric: true,
    sortFirst: 'desc',
    extra: true,
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

/** A bar and its number: how far the baseline stands on its own feet. */
function Confidence({ share }: { share: number }) {
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="h-1.5 w-10 shrink-0 overflow-hidden rounded-full bg-raised">
        <span className="block h-full rounded-full bg-ink-3" style={{ width: `${share * 100}%` }} />
      </span>
      {formatShare(share)}
    </span>
  );
}

export function pairCard(side: PairSide) {
  return function PairCard(row: Pair) {
    return (
      <span className="flex flex-col gap-0.5">
        <span className="flex items-center justify-between gap-2">
          <span className={cx('truncate font-medium', side === 'endpoint' && 'font-mono text-xs')}>
            {row[side]}
          </span>
          <span className="text-xs text-ink-3">
            <Ago at={row.lastSeenAt} />
          </span>
        </span>
        <BandMeter value={row.ratePerMinute} upper={row.upperPerMinute} />
      </span>
    );
  };
}

export function pathOfSide(row: Pair, side: PairSide): string {
  return side === 'user' ? userPath(row.user) : endpointPath(row.endpoint);
}
