'use client';

/** A searchable, sorted list of the engine, with its search and order in the URL. */

import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo, useState } from 'react';
import { useLive } from '../_live/use-live.ts';
import { fetchAllRows, useList } from '../_ui/use-list.ts';
import { listSorts } from './sort-select.tsx';

/** While the reader is at the top of the list; further down nothing may move. */
const refetchEveryMs = 5_000;

const parsers = {
  text: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(listSorts).withDefault('score'),
  without: parseAsArrayOf(parseAsString).withDefault([]),
};

export function useServerList<T>(path: string) {
  const [state, setState] = useQueryStates(parsers);
  const query = useMemo(() => ({ ...state, without: state.without.join('\n') }), [state]);
  const [isAtTop, setAtTop] = useState(true);
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  const { list, rows, total, fetchMore } = useList<T>(
    path,
    query,
    isAtTop && !isPaused ? refetchEveryMs : undefined,
  );
  const setText = useCallback((text: string) => void setState({ text: text || null }), [setState]);
  const setSort = useCallback((sort: (typeof listSorts)[number]) => void setState({ sort }), [setState]);
  const setWithout = useCallback((without: string[]) => void setState({ without }), [setState]);
  const clear = useCallback(() => void setState({ text: null, without: null }), [setState]);
  const more = list.hasNextPage ? { load: fetchMore, busy: list.isFetchingNextPage } : undefined;
  const allRows = () => fetchAllRows<T>(path, query);
  return { list, rows, total, more, allRows, state, setText, setSort, setWithout, clear, setAtTop };
}

/** For a name in a row: shows only what is called so, or leaves it out. */
export function useNameFilter() {
  const [, setState] = useQueryStates(parsers);
  return useMemo(
    () => ({
      onFilter: (text: string) => void setState({ text }),
      onExclude: (name: string) => void setState((before) => ({ without: [...before.without, name] })),
    }),
    [setState],
  );
}
