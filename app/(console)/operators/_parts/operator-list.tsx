'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import { SearchX, UserPlus } from 'lucide-react';
import { useMemo } from 'react';
import type { Page } from '../../../../lib/contract/console.ts';
import type { OperatorAccount } from '../../../../lib/contract/operators.ts';
import { roleNames } from '../../../_session/role-words.ts';
import { useMe } from '../../../_session/use-me.ts';
import { Button } from '../../../_ui/button.tsx';
import { DataTable } from '../../../_ui/data-table.tsx';
import { SearchField } from '../../../_ui/field.tsx';
import { LeftOut } from '../../../_ui/narrowed.tsx';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { useOrderFilter } from '../../../_ui/use-order-filter.ts';
import { OperatorCard, operatorColumns } from './operator-columns.tsx';

const preset = { id: 'name', desc: false };

interface OperatorListProps {
  query: UseQueryResult<Page<OperatorAccount>>;
  onInvite: () => void;
}

export function OperatorList({ query, onInvite }: OperatorListProps) {
  const { data, error, isError, errorUpdatedAt, refetch } = query;
  const ownId = useMe()?.id;
  const filter = useOrderFilter(data?.items, wordsOf, preset);
  const columns = useMemo(() => operatorColumns(filter.actions, ownId), [filter.actions, ownId]);
  return (
    <DataTable
      name="operators"
      label="Operators"
      noun={['operator', 'operators']}
      look="page"
      columns={columns}
      rows={filter.shown}
      rowId={idOf}
      href={pathOf}
      card={(row) => <OperatorCard row={row} ownId={ownId} />}
      sort={filter.sort}
      onSort={filter.setSort}
      tools={
        <>
          <SearchField label="Search operators" value={filter.find} onChange={filter.setFind} />
          <LeftOut values={filter.without} onChange={filter.setWithout} />
        </>
      }
      instead={
        isError && data === undefined ? (
          <Failing what="operators" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : filter.shown?.length === 0 ? (
          data?.total === 0 ? (
            <Empty
              icon={UserPlus}
              title="No operator"
              action={
                <Button look="primary" onClick={onInvite}>
                  Invite an operator
                </Button>
              }
            />
          ) : (
            <Empty
              icon={SearchX}
              title="No operator matches"
              action={<Button onClick={filter.clear}>Show all operators</Button>}
            />
          )
        ) : undefined
      }
    />
  );
}

const idOf = ({ id }: OperatorAccount) => id;
const pathOf = ({ id }: OperatorAccount) => `/operators/${id}`;

function wordsOf({ name, role, team, disabledAt }: OperatorAccount): string[] {
  return [name, roleNames[role], team, disabledAt === undefined ? 'active' : 'disabled'];
}
