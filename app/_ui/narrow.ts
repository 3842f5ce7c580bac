'use client';

import { useSyncExternalStore } from 'react';

/** The same width as the `sm` breakpoint: below it lists are cards. */
const query = '(max-width: 639.98px)';

function subscribe(listener: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

export function useNarrow(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(query).matches,
    () => false,
  );
}
