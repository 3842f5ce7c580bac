'use client';

/** Endpoints: what is called, how much beside its normal, and whether Tidegate acts there. */

import { Route, SearchX } from 'lucide-react';
import type { EndpointSummary } from '../../../../lib/contract/console.ts';
import { isListSort, SortSelect } from '../../../_baseline/sort-select.tsx';
import { useServerList } from '../../../_baseline/use-server-list.ts';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { DataTable } from '../../../_ui/data-table.tsx';
import { SearchField } from '../../../_ui/field.tsx';
import { LeftOut } from '../../../_ui/narrowed.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { endpointPath } from '../../../_ui/paths.ts';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { EndpointCard, endpointColumns } from './endpoint-columns.tsx';

export function EndpointList() {
  const { list, rows, total, more, allRows, state, without, setText, setSort, setWithout, clear, setAtTop } =
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
        sort={{ id: state.sort, desc: state.sort !== 'name' }}
        onSort={({ id }) => isListSort(id) && setSort(id)}
        sortedByServer
        onScrolled={setAtTop}
        tools={
          <>
            <SearchField label="Search endpoints" value={state.text} onChange={setText} />
            <SortSelect value={state.sort} onChange={setSort} />
            <LeftOut values={without} onChange={setWithout} />
          </>
        }
        instead={
          list.isError && rows === undefined ? (
            <Failing what="endpoints" error={list.error} since={list.errorUpdatedAt} retry={list.refetch} />
          ) : rows?.length === 0 ? (
            <NoEndpoints
              text={state.text}
              isFiltered={state.text !== '' || without.length > 0}
              onClear={clear}
            />
          ) : undefined
        }
      />
    </Page>
  );
}

interface NoEndpointsProps {
  text: string;
  isFiltered: boolean;
  onClear: () => void;
}

function NoEndpoints({ text, isFiltered, onClear }: NoEndpointsProps) {
  if (isFiltered) {
    return (
      <Empty
        icon={SearchX}
        title={text === '' ? 'Every endpoint is left out' : `No endpoint has “${text}” in its name`}
        action={<Button onClick={onClear}>Show all endpoints</Button>}
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
