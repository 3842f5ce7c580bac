'use client';

/** One ticking second for the whole page: every relative time and every countdown moves in the same frame. */

import { useSyncExternalStore } from 'react';

let nowMs = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    nowMs = 0;
  };
}

function tick(): void {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}

function read(): number {
  if (nowMs === 0) nowMs = Date.now();
  return nowMs;
}

/** Whole-second time; 0 on the server, which knows no reader's clock. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read, () => 0);
}
