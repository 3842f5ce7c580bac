'use client';

/** A small setting of one reader, kept in this browser: which columns a table shows, and the like. */

import { useCallback, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
/** Parsed once per change, so that readers see the same object until then. */
const cache = new Map<string, { text: string | null; value: unknown }>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `isValid` guards against what an older version or a person left in the storage; `preset` must be stable. */
export function useRemembered<T>(
  key: string,
  preset: T,
  isValid: (value: unknown) => value is T,
): [T, (next: T) => void] {
  const name = `tidegate-${key}`;
  const value = useSyncExternalStore(
    subscribe,
    () => {
      const stored = read(name);
      return isValid(stored) ? stored : preset;
    },
    () => preset,
  );
  const set = useCallback(
    (next: T) => {
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // A full or forbidden storage forgets, and that is all.
        cache.set(name, { text: null, value: next });
      }
      for (const listener of listeners) listener();
    },
    [name],
  );
  return [value, set];
}

function read(name: string): unknown {
  let text: string | null = null;
  try {
    text = localStorage.getItem(name);
  } catch {
    return cache.get(name)?.value;
  }
  const cached = cache.get(name);
  if (cached !== undefined && cached.text === text) return cached.value;
  const value = parse(text);
  cache.set(name, { text, value });
  return value;
}

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
