'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import { Gauge, SearchX, ShieldOff, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Page as ListPage } from '../../../../lib/contract/console.ts';
import type { Throttle } from '../../../../lib/contract/decision.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button, ButtonLink, IconButton } from '../../../_ui/button.tsx';
import { DataTable } from '../../../_ui/data-table.tsx';
import { SearchField } from '../../../_ui/field.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { LeftOut } from '../../../_ui/narrowed.tsx';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { useOrderFilter } from '../../../_ui/use-order-filter.ts';
import { kindNames, plural } from '../../../_ui/words.ts';
import { LiftMany } from './lift-many.tsx';
import { wordsOfScope } from './scope-cells.tsx';
import { ThrottleCard, throttleColumns } from './throttle-columns.tsx';

const preset = { id: 'left', desc: true };

export function ThrottleList({ query }: { query: UseQueryResult<ListPage<Throttle>> }) {
  const { data, error, isError, errorUpdatedAt, refetch } = query;
  const filter = useOrderFilter(data?.items, wordsOf, preset);
  const columns = useMemo(() => throttleColumns(filter.actions), [filter.actions]);
  const may = useMay();
  const [lifting, setLifting] = useState<{ throttles: Throttle[]; clear: () => void }>();
  return (
    <>
      <DataTable
        name="throttles"
        label="Throttles in force"
        noun={['throttle', 'throttles']}
        look="page"
        columns={columns}
        rows={filter.shown}
        rowId={idOf}
        href={alertOf}
        card={ThrottleCard}
        sort={filter.sort}
        onSort={filter.setSort}
        bulk={
          !may('throttle.lift')
            ? undefined
            : (throttles, clear) => (
                <>
                  <span className="font-medium">{formatCount(throttles.length)} selected</span>
                  <Button
                    size="sm"
                    look="strong"
                    icon={ShieldOff}
                    onClick={() => setLifting({ throttles, clear })}
                  >
                    Lift {formatCount(throttles.length)} {plural(throttles.length, 'throttle')}
                  </Button>
                  <IconButton small icon={X} label="Select none (Esc)" onClick={clear} />
                </>
              )
        }
        tools={
          <>
            <SearchField label="Search throttles" value={filter.find} onChange={filter.setFind} />
            <LeftOut values={filter.without} onChange={filter.setWithout} />
          </>
        }
        instead={
          isError && data === undefined ? (
            <Failing what="throttles" error={error} since={errorUpdatedAt} retry={refetch} />
          ) : filter.shown?.length === 0 ? (
            <NoThrottles isFiltered={data !== undefined && data.total > 0} onClear={filter.clear} />
          ) : undefined
        }
      />
      <LiftMany
        throttles={lifting?.throttles}
        onClose={() => setLifting(undefined)}
        onDone={() => lifting?.clear()}
      />
    </>
  );
}

function NoThrottles({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty
        icon={SearchX}
        title="No throttle matches"
        action={<Button onClick={onClear}>Show all throttles</Button>}
      />
    );
  }
  return (
    <Empty
      icon={Gauge}
      title="No throttle is in force"
      action={<ButtonLink href="/alerts">Show alerts</ButtonLink>}
    >
      Every request is let through. When someone leaves its normal, the limit appears here.
    </Empty>
  );
}

const idOf = ({ id }: Throttle) => id;
const alertOf = ({ alertId }: Throttle) => `/alerts/${alertId}`;

function wordsOf({ scope, kind, mode, conclusion }: Throttle): string[] {
  return [...wordsOfScope(scope), kindNames[kind], mode, conclusion];
}
