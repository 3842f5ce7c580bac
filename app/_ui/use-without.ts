'use client';

/** The values that a list leaves out, in the URL, and what they are called where they are known by an id. */

import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs';
import { useCallback } from 'react';

/** What was left out is in no row any more that could name it. */
const names = new Map<string, string>();

export function useWithout() {
  const [without, set] = useQueryState('without', parseAsArrayOf(parseAsString).withDefault([]));
  const setWithout = useCallback((values: string[] | null) => void set(values), [set]);
  const leaveOut = useCallback(
    (value: string, name = value) => {
      names.set(value, name);
      void set((before) => [...before, value]);
    },
    [set],
  );
  return { without, setWithout, leaveOut };
}

export const leftOutName = (value: string): string => names.get(value) ?? value;
