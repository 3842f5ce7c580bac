'use client';

import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { SearchX, ShieldCheck, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Page as ListPage } from '../../../../lib/contract/console.ts';
import type { Exception } from '../../../../lib/contract/exception.ts';
import { api } from '../../../_session/api.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { DataTable } from '../../../_ui/data-table.tsx';
import { SearchField } from '../../../_ui/field.tsx';
import { LeftOut } from '../../../_ui/narrowed.tsx';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { useOrderFilter } from '../../../_ui/use-order-filter.ts';
import { kindNames, scopeText } from '../../../_ui/words.ts';
import { exceptionCard, exceptionColumns } from './exception-columns.tsx';
import { wordsOfScope } from './scope-cells.tsx';

interface ExceptionListProps {
  query: UseQueryResult<ListPage<Exception>>;
  onAdd: () => void;
}

const preset = { id: 'left', desc: false };

export function ExceptionList({ query, onAdd }: ExceptionListProps) {
  const { data, error, isError, errorUpdatedAt, refetch } = query;
  const filter = useOrderFilter(data?.items, wordsOf, preset);
  const [ending, setEnding] = useState<Exception>();
  const columns = useMemo(
    () => exceptionColumns(filter.actions, (row) => <EndButton row={row} onClick={setEnding} />),
    [filter.actions],
  );
  const card = useMemo(() => exceptionCard((row) => <EndButton row={row} onClick={setEnding} />), []);
  return (
    <>
      <DataTable
        name="exceptions"
        label="Exceptions"
        noun={['exception', 'exceptions']}
        look="page"
        columns={columns}
        rows={filter.shown}
        rowId={idOf}
        card={card}
        sort={filter.sort}
        onSort={filter.setSort}
        tools={
          <>
            <SearchField label="Search exceptions" value={filter.find} onChange={filter.setFind} />
            <LeftOut values={filter.without} onChange={filter.setWithout} />
          </>
        }
        instead={
          isError && data === undefined ? (
            <Failing what="exceptions" error={error} since={errorUpdatedAt} retry={refetch} />
          ) : data?.total === 0 ? (
            <Empty
              icon={ShieldCheck}
              title="No exception is in force"
              action={
                <Button look="primary" onClick={onAdd}>
                  Add an exception
                </Button>
              }
            >
              An exception tells Tidegate to leave a user, an endpoint or an address alone for a time: a
              nightly export, a load test, a partner.
            </Empty>
          ) : filter.shown?.length === 0 ? (
            <Empty
              icon={SearchX}
              title="No exception matches"
              action={<Button onClick={filter.clear}>Show all exceptions</Button>}
            />
          ) : undefined
        }
      />
      <EndException exception={ending} onClose={() => setEnding(undefined)} />
    </>
  );
}

function EndButton({ row, onClick }: { row: Exception; onClick: (row: Exception) => void }) {
  return (
    <Button
      size="sm"
      look="quiet"
      icon={Trash2}
      aria-label={`End the exception for ${scopeText(row.scope)}`}
      onClick={() => onClick(row)}
    >
      End
    </Button>
  );
}

function EndException({ exception, onClose }: { exception: Exception | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const subject = exception ? scopeText(exception.scope) : '';
  async function end() {
    await api({ method: 'DELETE', path: `/api/exceptions/${exception?.id}` });
    await queries.invalidateQueries();
  }
  return (
    <Confirm
      open={exception !== undefined}
      onClose={onClose}
      title="End this exception?"
      action="End 1 exception"
      done={`Ended: Tidegate acts on ${subject} again.`}
      run={end}
    >
      Tidegate will throttle <strong className="font-medium text-ink wrap-anywhere">{subject}</strong> again
      {exception?.kind ? ` for ${kindNames[exception.kind].toLowerCase()}` : ''} as soon as it leaves its
      normal.
    </Confirm>
  );
}

const idOf = ({ id }: Exception) => id;

function wordsOf({ scope, kind, reason, createdBy }: Exception): string[] {
  return [...wordsOfScope(scope), kind ? kindNames[kind] : 'All kinds', reason, createdBy];
}
