'use client';

/**
 * Keys of the page, in one registry, so that `?` can list what works here and now. A key is a single letter or a
 * sequence such as `g a`. Keys rest while the reader types or a dialog is open.
 */

import { useEffect, useRef } from 'react';

export interface Hotkey {
  keys: string;
  label: string;
  /** Left out where another element handles the key: then it is only listed. */
  run?: () => void;
}

/** Two keys of a sequence must follow each other within this time. */
const sequenceMs = 1_000;

const registered = new Set<Hotkey>();
let pending = { key: '', at: 0 };
let attached = false;

export function useHotkeys(hotkeys: Hotkey[]): void {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;
  const signature = hotkeys.map(({ keys, label }) => `${keys}:${label}`).join('|');
  // biome-ignore lint/correctness/useExhaustiveDependencies: handlers are read through the ref; only new keys register.
  useEffect(() => {
    attach();
    const entries = latest.current.map((hotkey, index) => ({
      ...hotkey,
      run: hotkey.run && (() => latest.current[index]?.run?.()),
    }));
    for (const entry of entries) registered.add(entry);
    return () => {
      for (const entry of entries) registered.delete(entry);
    };
  }, [signature]);
}

export function listHotkeys(): Hotkey[] {
  return [...registered];
}

function attach(): void {
  if (attached) return;
  attached = true;
  document.addEventListener('keydown', handle);
}

function handle(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isBusy(event.target))
    return;
  const sequence = event.timeStamp - pending.at < sequenceMs ? `${pending.key} ${event.key}` : event.key;
  // The page registers after the shell: the newest owner of a key wins.
  const entries = [...registered].filter(({ run }) => run !== undefined).reverse();
  const hit = entries.find(({ keys }) => keys === sequence) ?? entries.find(({ keys }) => keys === event.key);
  pending = hit ? { key: '', at: 0 } : { key: event.key, at: event.timeStamp };
  if (!hit) return;
  event.preventDefault();
  hit.run?.();
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || target.role === 'menuitem';
}
