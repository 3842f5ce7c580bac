'use client';

/** A searchable, sorted list of the engine, with its search and order in the URL. */

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import { fetchAllRows, useList } from '../_ui/use-list.ts';
import { useWithout } from '../_ui/use-without.ts';
import { listSorts } from './sort-select.tsx';

const refetchEveryMs = 5_000;

const parsers = {
  text: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(listSorts).withDefault('score'),
};

export function useServerList<T>(path: string) {
  const [state, setState] = useQueryStates(parsers);
  const { without, setWithout } = useWithout();
  const query = useMemo(() => ({ ...state, without: without.join('\n') }), [state, without]);
  const { list, rows, total, more, setAtTop } = useList<T>(path, query, refetchEveryMs);
  const setText = useCallback((text: string) => void setState({ text: text || null }), [setState]);
  const setSort = useCallback((sort: (typeof listSorts)[number]) => void setState({ sort }), [setState]);
  const clear = useCallback(() => {
    void setState({ text: null });
    setWithout(null);
  }, [setState, setWithout]);
  const allRows = () => fetchAllRows<T>(path, query);
  return { list, rows, total, more, allRows, state, without, setText, setSort, setWithout, clear, setAtTop };
}

/** For a name in a row: shows only what is called so, or leaves it out. */
export function useNameFilter() {
  const [, setState] = useQueryStates(parsers);
  const { leaveOut } = useWithout();
  return useMemo(
    () => ({
      onFilter: (text: string) => void setState({ text }),
      onExclude: leaveOut,
    }),
    [setState, leaveOut],
  );
}
