'use client';

/** The pairs of one user or one endpoint: search, order and what is left out are in the URL; a row feeds the chart. */

import { SearchX } from 'lucide-react';
import { parseAsArrayOf, parseAsBoolean, parseAsString, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { Button } from '../_ui/button.tsx';
import { DataTable } from '../_ui/data-table.tsx';
import { SearchField } from '../_ui/field.tsx';
import { LeftOut } from '../_ui/narrowed.tsx';
import { Empty } from '../_ui/states.tsx';
import { type Pair, type PairSide, pairCard, pairColumns } from './pair-columns.tsx';

const parsers = {
  find: parseAsString.withDefault(''),
  without: parseAsArrayOf(parseAsString).withDefault([]),
  by: parseAsString.withDefault('score'),
  up: parseAsBoolean.withDefault(false),
};

interface PairsProps {
  side: PairSide;
  pairs: readonly Pair[] | undefined;
  /** How many there are: only the first 200 are sent. */
  known: number | undefined;
  /** What the chart shows: one of the pairs, or none. */
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

export function Pairs({ side, pairs, known, chosen, onChoose }: PairsProps) {
  const [view, setView] = useQueryStates(parsers);
  const { find, without } = view;
  const rows = useMemo(() => {
    const wanted = find.toLowerCase();
    return pairs?.filter((row) => row[side].toLowerCase().includes(wanted) && !without.includes(row[side]));
  }, [pairs, side, find, without]);
  const columns = useMemo(
    () =>
      pairColumns(side, {
        onFilter: (value) => void setView({ find: value }),
        onExclude: (value) => void setView((before) => ({ without: [...before.without, value] })),
      }),
    [side, setView],
  );
  const card = useMemo(() => pairCard(side), [side]);
  const sort = useMemo(() => ({ id: view.by, desc: !view.up }), [view.by, view.up]);
  const noun: [string, string] = side === 'user' ? ['user', 'users'] : ['endpoint', 'endpoints'];
  const clear = () => void setView({ find: null, without: null });
  return (
    <DataTable
      name={`${noun[1]}-of-one`}
      label={side === 'user' ? 'Users of this endpoint' : 'Endpoints of this user'}
      noun={noun}
      look="panel"
      columns={columns}
      rows={rows}
      outOf={known}
      rowId={(row) => row[side]}
      openId={chosen}
      onOpen={(row) => onChoose(row[side])}
      card={card}
      sort={sort}
      onSort={({ id, desc }) => void setView({ by: id, up: !desc })}
      tools={
        <>
          <SearchField
            label={`Search ${noun[1]}`}
            value={find}
            onChange={(text) => void setView({ find: text || null })}
          />
          <LeftOut values={without} onChange={(next) => void setView({ without: next })} />
        </>
      }
      instead={
        rows?.length === 0 ? (
          <Empty
            icon={SearchX}
            title={`No ${noun[0]} matches`}
            action={<Button onClick={clear}>Show all</Button>}
          />
        ) : undefined
      }
    />
  );
}
