'use client';

import { SearchX } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import type { PolicyOverview } from '../../../../lib/contract/policies.ts';
import { DataTable } from '../../../_ui/data-table.tsx';
import type { Column } from '../../../_ui/data-table-model.ts';
import { SearchField } from '../../../_ui/field.tsx';
import { Snippet } from '../../../_ui/snippet.tsx';
import { Empty } from '../../../_ui/states.tsx';

type Action = PolicyOverview['actions'][number];

const columns: Column<Action>[] = [
  {
    id: 'name',
    name: 'Action',
    value: ({ name }) => name,
    cell: ({ name }) => <code className="font-mono text-xs">{name}</code>,
    width: { min: 200, grow: 2 },
  },
  {
    id: 'groups',
    name: 'Groups',
    value: ({ groups }) => groups.join(', '),
    width: { min: 150, grow: 2 },
  },
  { id: 'resource', name: 'Done to', value: ({ resource }) => resource, width: { min: 110, grow: 1 } },
];

/** What a policy may speak of: every action, and what is known about who asks, for what, and when. */
export default function Reference({ overview }: { overview: PolicyOverview }) {
  const [find, setFind] = useQueryState('find', parseAsString.withDefault(''));
  const rows = useMemo(() => {
    const wanted = find.toLowerCase();
    return overview.actions.filter(({ name, groups, resource }) =>
      [name, resource, ...groups].some((word) => word.toLowerCase().includes(wanted)),
    );
  }, [overview.actions, find]);
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <DataTable
        name="actions"
        label="Actions"
        noun={['action', 'actions']}
        look="panel"
        columns={columns}
        rows={rows}
        rowId={nameOf}
        card={ActionCard}
        tools={
          <SearchField label="Search actions" value={find} onChange={(text) => void setFind(text || null)} />
        }
        instead={rows.length === 0 ? <Empty icon={SearchX} title="No action matches" /> : undefined}
      />
      <Snippet name="What a policy may speak of" text={overview.schema} />
    </div>
  );
}

const nameOf = ({ name }: Action) => name;

function ActionCard({ name, groups, resource }: Action) {
  return (
    <span className="flex flex-col gap-0.5">
      <code className="font-mono text-xs">{name}</code>
      <span className="text-xs text-ink-3">
        {resource} · {groups.join(', ')}
      </span>
    </span>
  );
}
