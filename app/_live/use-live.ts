'use client';

import { useSyncExternalStore } from 'react';
import { currentLive, initialState, type LiveState, subscribeLive } from './live-store.ts';

/** `select` must answer the same value for the same state: a part of it, never a new object. */
export function useLive<T>(select: (state: LiveState) => T): T {
  return useSyncExternalStore(
    subscribeLive,
    () => select(currentLive()),
    () => select(initialState),
  );
}
