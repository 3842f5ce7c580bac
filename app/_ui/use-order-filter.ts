'use client';

/** Search, values left out, and order of a list that is here as a whole; all of it in the URL. */

import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import { useWithout } from './use-without.ts';

const parsers = {
  find: parseAsString.withDefault(''),
  by: parseAsString,
  up: parseAsBoolean.withDefault(false),
};

/** `wordsOf` must be stable. */
export function useOrderFilter<T>(
  rows: readonly T[] | undefined,
  wordsOf: (row: T) => string[],
  preset: { id: string; desc: boolean },
) {
  const [view, setView] = useQueryStates(parsers);
  const { find } = view;
  const { without, setWithout, leaveOut } = useWithout();
  const shown = useMemo(() => {
    const wanted = find.toLowerCase();
    return rows?.filter((row) => {
      const words = wordsOf(row);
      if (words.some((word) => without.includes(word))) return false;
      return wanted === '' || words.some((word) => word.toLowerCase().includes(wanted));
    });
  }, [rows, wordsOf, find, without]);
  const { id: presetId, desc: presetDesc } = preset;
  const sort = useMemo(
    () => (view.by === null ? { id: presetId, desc: presetDesc } : { id: view.by, desc: !view.up }),
    [view.by, view.up, presetId, presetDesc],
  );
  const setFind = useCallback((text: string) => void setView({ find: text || null }), [setView]);
  const setSort = useCallback(
    (next: { id: string; desc: boolean }) => void setView({ by: next.id, up: !next.desc }),
    [setView],
  );
  const actions = useMemo(() => ({ onFilter: setFind, onExclude: leaveOut }), [setFind, leaveOut]);
  const clear = useCallback(() => {
    void setView({ find: null });
    setWithout(null);
  }, [setView, setWithout]);
  return { shown, find, without, sort, setFind, setWithout, setSort, actions, clear };
}
