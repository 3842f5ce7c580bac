'use client';

/** Endpoints: what is called, how much beside its normal, and whether Tidegate acts there. */

import { Route, SearchX } from 'lucide-react';
import type { EndpointSummary } from '../../../../lib/contract/console.ts';
import { isListSort, SortSelect } from '../../../_baseline/sort-select.tsx';
import { useServerList } from '../../../_baseline/use-server-list.ts';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { DataTable } from '../../../_ui/data-table.tsx';
import { SearchField } from '../../../_ui/field.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { endpointPath } from '../../../_ui/paths.ts';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { EndpointCard, endpointColumns } from './endpoint-columns.tsx';

export function EndpointList() {
  const { list, rows, total, more, allRows, query, setText, setSort, setAtTop } =
    useServerList<EndpointSummary>('/api/endpoints');
  return (
    <Page title="Endpoints" note="Every route of your API, beside what is normal there.">
      <DataTable
        name="endpoints"
        label="Endpoints"
        noun={['endpoint', 'endpoints']}
        look="page"
        columns={endpointColumns}
        rows={rows}
        total={total}
        rowId={endpointOf}
        href={pathOf}
        card={EndpointCard}
        more={more}
        allRows={allRows}
        sort={{ id: query.sort, desc: query.sort !== 'name' }}
        onSort={({ id }) => isListSort(id) && setSort(id)}
        sortedByServer
        onScrolled={setAtTop}
        tools={
          <>
            <SearchField label="Search endpoints" value={query.text} onChange={setText} />
            <SortSelect value={query.sort} onChange={setSort} />
          </>
        }
        instead={
          list.isError && rows === undefined ? (
            <Failing what="endpoints" error={list.error} since={list.errorUpdatedAt} retry={list.refetch} />
          ) : rows?.length === 0 ? (
            <NoEndpoints text={query.text} onClear={() => setText('')} />
          ) : undefined
        }
      />
    </Page>
  );
}

function NoEndpoints({ text, onClear }: { text: string; onClear: () => void }) {
  if (text !== '') {
    return (
      <Empty
        icon={SearchX}
        title={`No endpoint has “${text}” in its name`}
        action={<Button onClick={onClear}>Clear the search</Button>}
      />
    );
  }
  return (
    <Empty
      icon={Route}
      title="No endpoint was seen yet"
      action={
        <ButtonLink href="/" look="primary">
          Send the first event
        </ButtonLink>
      }
    >
      An endpoint appears here with its first request that one of your services reports.
    </Empty>
  );
}

const endpointOf = ({ endpoint }: EndpointSummary) => endpoint;
const pathOf = ({ endpoint }: EndpointSummary) => endpointPath(endpoint);
