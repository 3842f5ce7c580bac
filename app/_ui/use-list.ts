'use client';

/** A list of the admin API, page after page as the reader scrolls; totals are the server's. */

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Page } from '../../lib/contract/console.ts';
import { api, withQuery } from '../_session/api.ts';
import { isProblem } from '../_session/problem.ts';

type Query = Record<string, string | number | undefined | null>;

const pageRows = 100;
/** An export ends here: more is a job for the API, not for a browser tab. */
export const exportRowsMax = 10_000;

export function useList<T>(path: string, query: Query, refetchEveryMs?: number) {
  const list = useInfiniteQuery({
    queryKey: [path, 'list', query],
    queryFn: ({ pageParam, signal }) =>
      api<Page<T>>({ path: withQuery(path, { ...query, limit: pageRows, cursor: pageParam }), signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    // What was forbidden stays so for a while, and every question is noted as another refusal.
    refetchInterval: ({ state }) => (isProblem(state.error, 'forbidden') ? false : refetchEveryMs),
  });
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items), [list.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const fetchMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { list, rows, total: list.data?.pages.at(-1)?.total ?? 0, fetchMore };
}

/** Every row of the filter, up to `exportRowsMax`. */
export async function fetchAllRows<T>(path: string, query: Query): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await api({ path: withQuery(path, { ...query, limit: 200, cursor }) });
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && rows.length < exportRowsMax);
  return rows.slice(0, exportRowsMax);
}
