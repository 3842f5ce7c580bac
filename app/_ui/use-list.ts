'use client';

/** A list of the admin API, page after page as the reader scrolls; totals are the server's. */

import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Page } from '../../lib/contract/console.ts';
import { useLive } from '../_live/use-live.ts';
import { api, withQuery } from '../_session/api.ts';
import { askingEvery } from './asking-every.ts';

type Query = Record<string, string | number | undefined | null>;

const pageRows = 100;
/** A list that is kept fresh asks for all of its pages each time; from here on only the first is worth it. */
const freshPagesMax = 5;
/** An export ends here: more is a job for the API, not for a browser tab. */
export const exportRowsMax = 10_000;

/** Kept fresh while the reader is at its top and has not paused; further down nothing may move. */
export function useList<T>(path: string, query: Query, refetchEveryMs?: number) {
  const [isAtTop, setAtTop] = useState(true);
  const isPaused = useLive((state) => state.pausedAt !== undefined);
  const follows = isAtTop && !isPaused;
  const list = useInfiniteQuery({
    queryKey: keyOf(path, query),
    queryFn: ({ pageParam, signal }) =>
      api<Page<T>>({ path: withQuery(path, { ...query, limit: pageRows, cursor: pageParam }), signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: askingEvery(follows ? refetchEveryMs : undefined),
    refetchOnWindowFocus: follows,
    refetchOnReconnect: follows,
  });
  useShortAtTop<T>(path, query, follows);
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items), [list.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const fetchMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const more = useMemo(
    () => (hasNextPage ? { load: fetchMore, busy: isFetchingNextPage } : undefined),
    [hasNextPage, fetchMore, isFetchingNextPage],
  );
  return { list, rows, total: list.data?.pages.at(-1)?.total ?? 0, more, follows, setAtTop };
}

const keyOf = (path: string, query: Query) => [path, 'list', query];

/** Who is back at the top of a long list reads its first page; the others come again when they are sought. */
function useShortAtTop<T>(path: string, query: Query, follows: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!follows) return;
    queries.setQueryData<InfiniteData<Page<T>>>(keyOf(path, query), (data) =>
      data === undefined || data.pages.length <= freshPagesMax
        ? data
        : { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
  }, [queries, path, query, follows]);
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
