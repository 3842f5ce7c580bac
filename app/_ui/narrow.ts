'use client';

import { useSyncExternalStore } from 'react';

/** The same width as the `sm` breakpoint: below it lists are cards. */
const narrow = mediaQuery('(max-width: 639.98px)');
/** The same width as the `xl` breakpoint: from it on there is room for a list and details beside it. */
const sideBySide = mediaQuery('(min-width: 1280px)');

export function useNarrow(): boolean {
  return useSyncExternalStore(narrow.subscribe, narrow.matches, () => false);
}

export function useSideBySide(): boolean {
  return useSyncExternalStore(sideBySide.subscribe, sideBySide.matches, () => true);
}

function mediaQuery(query: string) {
  return {
    subscribe(listener: () => void): () => void {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    matches: () => matchMedia(query).matches,
  };
}
