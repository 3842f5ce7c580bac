'use client';

/** New alerts, wherever the operator is: a message with a link, read out politely, and the count in the title. */

import { useQueryClient } from '@tanstack/react-query';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { AlertSummary } from '../../lib/contract/console.ts';
import { useLive } from '../_live/use-live.ts';
import { toast } from '../_ui/toast.tsx';

/** Ids already announced; bounded, since an alert changes for minutes, not for days. */
const announcedMax = 500;

export function AlertAnnouncer() {
  const changed = useLive((state) => state.changedAlerts);
  const open = useLive((state) => state.live?.totals.openAlerts ?? 0);
  const announced = useRef(new Set<string>());
  const mountedAt = useRef(Date.now());
  const queries = useQueryClient();
  useEffect(() => {
    const fresh = changed.filter((alert) => isNew(alert, mountedAt.current, announced.current));
    for (const { id } of fresh) announced.current.add(id);
    if (announced.current.size > announcedMax) announced.current = new Set([...announced.current].slice(-50));
    announce(fresh);
    for (const { id } of changed.slice(-1)) void queries.invalidateQueries({ queryKey: ['alert', id] });
  }, [changed, queries]);
  useTitleCount(open);
  return null;
}

function isNew(alert: AlertSummary, sinceMs: number, announced: ReadonlySet<string>): boolean {
  return alert.status === 'open' && alert.openedAt >= sinceMs && !announced.has(alert.id);
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
