'use client';

/** What a list was narrowed to, and what it leaves out, by clicks on values; each with its way back. */

import { X } from 'lucide-react';
import { leftOutName } from './use-without.ts';

export function Narrowed({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <button
      type="button"
      title={text}
      onClick={onClear}
      className="flex h-8 max-w-64 items-center gap-1.5 rounded-md bg-accent-soft px-2 text-accent"
    >
      <span className="truncate">{text}</span>
      <X aria-hidden className="size-3.5 shrink-0" />
      <span className="sr-only">: show all again</span>
    </button>
  );
}

export function LeftOut({
  values,
  onChange,
}: {
  values: readonly string[];
  onChange: (next: string[]) => void;
}) {
  if (values.length === 0) return null;
  return (
    <ul aria-label="Left out" className="flex min-w-0 flex-wrap gap-1">
      {values.map((value) => (
        <li key={value} className="min-w-0">
          <button
            type="button"
            title={`Show ${leftOutName(value)} again`}
            onClick={() => onChange(values.filter((other) => other !== value))}
            className="flex h-6 max-w-56 items-center gap-1 rounded-md border border-line-strong px-2 text-xs text-ink-2 hover:bg-raised hover:text-ink"
          >
            <span className="truncate">not {leftOutName(value)}</span>
            <X aria-hidden className="size-3 shrink-0" />
            <span className="sr-only">Show again</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
