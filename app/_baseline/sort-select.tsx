'use client';

import { ArrowDownWideNarrow } from 'lucide-react';
import { Select } from '../_ui/field.tsx';

/** The orders in which the server can list users and endpoints. */
export const listSorts = ['score', 'rate', 'requests', 'name', 'lastSeen'] as const;
export type ListSort = (typeof listSorts)[number];

const names: Record<ListSort, string> = {
  score: 'Most surprising',
  rate: 'Busiest now',
  requests: 'Most requests',
  name: 'Name',
  lastSeen: 'Seen last',
};

export function isListSort(text: string): text is ListSort {
  return listSorts.some((sort) => sort === text);
}

export function SortSelect({ value, onChange }: { value: ListSort; onChange: (sort: ListSort) => void }) {
  return (
    <span className="flex items-center gap-1.5 text-ink-2">
      <ArrowDownWideNarrow aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
      <Select
        aria-label="Sort by"
        value={value}
        onChange={({ target }) => isListSort(target.value) && onChange(target.value)}
      >
        {listSorts.map((sort) => (
          <option key={sort} value={sort}>
            {names[sort]}
          </option>
        ))}
      </Select>
    </span>
  );
}
