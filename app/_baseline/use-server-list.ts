'use client';

/** A searchable, sorted list of the engine, with its search and order in the URL. */

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useState } from 'react';
import { useLive } from '../_live/use-live.ts';
import { fetchAllRows, useList } from '../_ui/use-list.ts';
import { listSorts } from './sort-select.tsx';

/** While the reader is at the top of the list; further down nothing may move. */
const refetchEveryMs = 5_000;

const parsers = {
  text: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(listSorts).withDefault('score'),
};

export function useServerList<T>(path: string) {
  const [query, setQuery] = useQueryStates(parsers);
  const [isAtTop, setAtTop] = useState(true);
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  const { list, rows, total, fetchMore } = useList<T>(
    path,
    query,
    isAtTop && !isPaused ? refetchEveryMs : undefined,
  );
  const setText = useCallback((text: string) => void setQuery({ text: text || null }), [setQuery]);
  const setSort = useCallback((sort: (typeof listSorts)[number]) => void setQuery({ sort }), [setQuery]);
  const more = list.hasNextPage ? { load: fetchMore, busy: list.isFetchingNextPage } : undefined;
  const allRows = () => fetchAllRows<T>(path, query);
  return { list, rows, total, more, allRows, query, setText, setSort, setAtTop };
}
