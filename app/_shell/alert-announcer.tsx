'use client';

/** New alerts, wherever the operator is: a message with a link, read out politely, and the count in the title. */

import { useQueryClient } from '@tanstack/react-query';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { AlertSummary } from '../../lib/contract/console.ts';
import { useLive } from '../_live/use-live.ts';
import { toast } from '../_ui/toast.tsx';
import { freshAlerts, recallAnnounced, rememberAnnounced } from './fresh-alerts.ts';

/** Ids already announced; bounded, since an alert changes for minutes, not for days. */
const announcedMax = 500;
/** A flood changes its alert many times a second; its page need not follow each. */
const refreshEveryMs = 1_000;

export function AlertAnnouncer() {
  const changed = useLive((state) => state.changedAlerts);
  const open = useLive((state) => state.live?.totals.openAlerts ?? 0);
  const announced = useRef<Set<string>>(undefined);
  useEffect(() => {
    announced.current ??= new Set(recallAnnounced());
    const fresh = freshAlerts(changed, announced.current);
    if (fresh.length === 0) return;
    for (const { id } of fresh) announced.current.add(id);
    if (announced.current.size > announcedMax) announced.current = new Set([...announced.current].slice(-50));
    rememberAnnounced(announced.current);
    announce(fresh);
  }, [changed]);
  useRefresh(changed);
  useTitleCount(open);
  return null;
}

/** Open details of an alert that changed are fetched again, at a steady pace. */
function useRefresh(changed: readonly AlertSummary[]): void {
  const queries = useQueryClient();
  const waiting = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    for (const { id } of changed) waiting.current.add(id);
    if (changed.length === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      for (const id of waiting.current) void queries.invalidateQueries({ queryKey: ['alert', id] });
      waiting.current.clear();
    }, refreshEveryMs);
  }, [changed, queries]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}

function announce(fresh: AlertSummary[]): void {
  const [first] = fresh;
  if (first === undefined) return;
  // Many at once are one message: a burst of toasts hides the screen just when it is needed.
  if (fresh.length > 2) {
    toast({ text: `${fresh.length} new alerts.`, link: { href: '/alerts', label: 'Look at them' } });
    return;
  }
  for (const { id, summary } of fresh)
    toast({ text: summary, link: { href: `/alerts/${id}`, label: 'Look at it' } });
}

function useTitleCount(open: number): void {
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a navigation writes a new title, which needs the count anew.
  useEffect(() => {
    const bare = document.title.replace(/^\(\d+\) /, '');
    document.title = open > 0 ? `(${open}) ${bare}` : bare;
  }, [open, pathname]);
}
