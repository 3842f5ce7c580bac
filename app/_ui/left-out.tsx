'use client';

import { X } from 'lucide-react';

/** Values that a list leaves out, each with its way back. */
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
            title={`Show ${value} again`}
            onClick={() => onChange(values.filter((other) => other !== value))}
            className="flex h-6 max-w-56 items-center gap-1 rounded-md border border-line-strong px-2 text-xs text-ink-2 hover:bg-raised hover:text-ink"
          >
            <span className="truncate">not {value}</span>
            <X aria-hidden className="size-3 shrink-0" />
            <span className="sr-only">Show again</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
