'use client';

/**
 * Short messages at the edge, read out politely. Bounded: the newest three, each for eight seconds. A narrow screen has
 * room for the newest only, with the number of the others: they must not cover what they are about.
 */

import { Check, Siren, TriangleAlert, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import { Link } from './link.tsx';
import { plural } from './words.ts';

interface Toast {
  id: number;
  text: string;
  failing?: boolean;
  link?: { href: string; label: string };
}

const toastsMax = 3;
const shownMs = 8_000;
const none: Toast[] = [];

let toasts: Toast[] = none;
let nextId = 0;
const listeners = new Set<() => void>();

export function toast(message: Omit<Toast, 'id'>): void {
  const id = nextId++;
  change([...toasts, { ...message, id }].slice(-toastsMax));
  setTimeout(() => dismiss(id), shownMs);
}

function dismiss(id: number): void {
  if (toasts.some((entry) => entry.id === id)) change(toasts.filter((entry) => entry.id !== id));
}

function change(next: Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => none,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed right-3 bottom-16 z-50 flex w-[min(24rem,calc(100vw-1.5rem))] flex-col gap-2 md:bottom-3"
    >
      {shown.map((entry, index) => (
        <ToastCard key={entry.id} entry={entry} newerCount={shown.length - 1 - index} olderCount={index} />
      ))}
    </div>
  );
}

interface ToastCardProps {
  entry: Toast;
  newerCount: number;
  olderCount: number;
}

function ToastCard({ entry, newerCount, olderCount }: ToastCardProps) {
  const Icon = entry.failing ? TriangleAlert : entry.link ? Siren : Check;
  return (
    <div
      className={cx(
        'pointer-events-auto flex animate-[rise_160ms_ease-out] items-start gap-2 rounded-lg border border-line-strong bg-panel py-2 pr-1 pl-3 shadow-lg',
        newerCount > 0 && 'max-md:hidden',
      )}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-2" strokeWidth={1.75} />
      <p className="min-w-0 grow wrap-anywhere">
        <span className="line-clamp-3">{entry.text}</span>
        {entry.link && (
          <Link href={entry.link.href} className="font-medium text-accent hover:underline">
            {entry.link.label}
          </Link>
        )}
        {olderCount > 0 && (
          <span className="ml-2 text-ink-3 md:hidden">
            and {olderCount} more {plural(olderCount, 'message')}
          </span>
        )}
      </p>
      <IconButton icon={X} label="Dismiss" small className="-my-1" onClick={() => dismiss(entry.id)} />
    </div>
  );
}
