'use client';

/** Users: who calls the API, each beside its own normal. */

import { SearchX, Users } from 'lucide-react';
import type { UserSummary } from '../../../../lib/contract/console.ts';
import { isListSort, SortSelect } from '../../../_baseline/sort-select.tsx';
import { useServerList } from '../../../_baseline/use-server-list.ts';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { DataTable } from '../../../_ui/data-table.tsx';
import { SearchField } from '../../../_ui/field.tsx';
import { LeftOut } from '../../../_ui/narrowed.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { userPath } from '../../../_ui/paths.ts';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { UserCard, userColumns } from './user-columns.tsx';

export function UserList() {
  const { list, rows, total, more, allRows, state, without, setText, setSort, setWithout, clear, setAtTop } =
    useServerList<UserSummary>('/api/users');
  return (
    <Page title="Users" note="Everyone who calls your API, each beside what is normal for them.">
      <DataTable
        name="users"
        label="Users"
        noun={['user', 'users']}
        look="page"
        columns={userColumns}
        rows={rows}
        total={total}
        rowId={userOf}
        href={pathOf}
        card={UserCard}
        more={more}
        allRows={allRows}
        sort={{ id: state.sort, desc: state.sort !== 'name' }}
        onSort={({ id }) => isListSort(id) && setSort(id)}
        sortedByServer
        onScrolled={setAtTop}
        tools={
          <>
            <SearchField label="Search users" value={state.text} onChange={setText} />
            <SortSelect value={state.sort} onChange={setSort} />
            <LeftOut values={without} onChange={setWithout} />
          </>
        }
        instead={
          list.isError && rows === undefined ? (
            <Failing what="users" error={list.error} since={list.errorUpdatedAt} retry={list.refetch} />
          ) : rows?.length === 0 ? (
            <NoUsers text={state.text} isFiltered={state.text !== '' || without.length > 0} onClear={clear} />
          ) : undefined
        }
      />
    </Page>
  );
}

interface NoUsersProps {
  text: string;
  isFiltered: boolean;
  onClear: () => void;
}

function NoUsers({ text, isFiltered, onClear }: NoUsersProps) {
  if (isFiltered) {
    return (
      <Empty
        icon={SearchX}
        title={text === '' ? 'Every user is left out' : `No user has “${text}” in its name`}
        action={<Button onClick={onClear}>Show all users</Button>}
      />
    );
  }
  return (
    <Empty
      icon={Users}
      title="No user was seen yet"
      action={
        <ButtonLink href="/" look="primary">
          Send the first event
        </ButtonLink>
      }
    >
      A user appears here with its first request that one of your services reports.
    </Empty>
  );
}

const userOf = ({ user }: UserSummary) => user;
const pathOf = ({ user }: UserSummary) => userPath(user);
