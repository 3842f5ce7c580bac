'use client';

/** The page that lists all users, or all endpoints: search, order and what is left out are the server's and the URL's. */

import { type LucideIcon, SearchX } from 'lucide-react';
import { Button, ButtonLink } from '../_ui/button.tsx';
import { DataTable, type DataTableProps } from '../_ui/data-table.tsx';
import { SearchField } from '../_ui/field.tsx';
import { LeftOut } from '../_ui/narrowed.tsx';
import { Page } from '../_ui/panel.tsx';
import { Empty, Failing } from '../_ui/states.tsx';
import { isListSort, SortSelect } from './sort-select.tsx';
import { useServerList } from './use-server-list.ts';

interface SubjectListProps<T extends object>
  extends Pick<DataTableProps<T>, 'noun' | 'columns' | 'card' | 'rowId' | 'href'> {
  title: string;
  note: string;
  icon: LucideIcon;
  path: string;
  /** When the first one will appear. */
  appears: string;
}

export function SubjectList<T extends object>(props: SubjectListProps<T>) {
  const { title, note, path, appears, icon, ...table } = props;
  const { list, rows, total, more, allRows, state, without, setText, setSort, setWithout, clear, setAtTop } =
    useServerList<T>(path);
  const [one, many] = table.noun;
  const isFiltered = state.text !== '' || without.length > 0;
  const none = isFiltered ? (
    <Empty
      icon={SearchX}
      title={state.text === '' ? `Every ${one} is left out` : `No ${one} has “${state.text}” in its name`}
      action={<Button onClick={clear}>Show all {many}</Button>}
    />
  ) : (
    <Empty
      icon={icon}
      title={`No ${one} was seen yet`}
      action={
        <ButtonLink href="/" look="primary">
          Send the first event
        </ButtonLink>
      }
    >
      {appears}
    </Empty>
  );
  return (
    <Page title={title} note={note}>
      <DataTable
        {...table}
        name={many}
        label={title}
        look="page"
        rows={rows}
        total={total}
        more={more}
        allRows={allRows}
        sort={{ id: state.sort, desc: state.sort !== 'name' }}
        onSort={({ id }) => isListSort(id) && setSort(id)}
        sortedByServer
        onScrolled={setAtTop}
        tools={
          <>
            <SearchField label={`Search ${many}`} value={state.text} onChange={setText} />
            <SortSelect value={state.sort} onChange={setSort} />
            <LeftOut values={without} onChange={setWithout} />
          </>
        }
        instead={
          list.isError && rows === undefined ? (
            <Failing what={many} error={list.error} since={list.errorUpdatedAt} retry={list.refetch} />
          ) : rows?.length === 0 ? (
            none
          ) : undefined
        }
      />
    </Page>
  );
}
