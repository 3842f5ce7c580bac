'use client';

/**
 * The alerts of a filter, kept fresh: at the top of the list new ones appear by themselves; for a reader who has
 * scrolled, or paused, they wait behind a count, so that nothing moves under the eye.
 */

import { useEffect, useRef, useState } from 'react';
import type { AlertSummary } from '../../../../lib/contract/console.ts';
import { useLive } from '../../../_live/use-live.ts';
import { useList } from '../../../_ui/use-list.ts';

/** Bursts of changes are one question to the server. */
const refetchAfterMs = 500;

type Query = Parameters<typeof useList>[1];

export function useAlertRows(query: Query) {
  const found = useList<AlertSummary>('/api/alerts', query);
  const { follows, list, setAtTop } = found;
  const { refetch } = list;
  const changed = useLive((state) => state.changedAlerts);
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const seen = useRef(changed);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const rows = useRef(found.rows);
  rows.current = found.rows;
  useEffect(() => {
    if (changed === seen.current) return;
    seen.current = changed;
    // What never loaded is failing: asking again with each change would hide that behind a skeleton.
    if (rows.current === undefined) return;
    if (follows) {
      // A timer that runs is left to run: alerts that change without pause must not put the answer off for ever.
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        void refetch();
      }, refetchAfterMs);
      return;
    }
    const known = new Set(rows.current?.map(({ id }) => id));
    const fresh = changed.filter(({ id, status }) => status === 'open' && !known.has(id));
    setWaiting((before) => new Set([...before, ...fresh.map(({ id }) => id)]));
  }, [changed, follows, refetch]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  function show() {
    setWaiting(new Set());
    setAtTop(true);
    void refetch();
  }
  return { ...found, waiting: waiting.size, show };
}
