'use client';

import { ChevronDown, Search, X } from 'lucide-react';
import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useEffect,
  useState,
} from 'react';
import { cx } from './class-names.ts';

const frame =
  'w-full rounded-md border border-line-strong bg-panel px-2.5 text-sm text-ink placeholder:text-ink-3 ' +
  'focus-visible:outline-offset-0 aria-invalid:border-deny';
const box = `h-8 pointer-coarse:h-10 ${frame}`;

export function Field({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label className="flex flex-col gap-1.5">
      <span className="font-medium">{label}</span>
      {children}
      {hint && <span className="text-xs text-ink-3">{hint}</span>}
    </label>
  );
}

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  return <input {...rest} className={cx(box, className)} />;
}

/** For lists of addresses and the like: one a line, in the type of code. */
export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea {...rest} className={cx(frame, 'py-1.5 font-mono leading-5', className)} />;
}

export function Select({ className, children, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className={cx('relative inline-flex', className)}>
      <select {...rest} className={cx(box, 'appearance-none pr-7')}>
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-2 my-auto size-3.5 text-ink-3"
      />
    </span>
  );
}

interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
}

/** Answers while typing, but only after a rest: one question per word, not per letter. */
export function SearchField({ value, onChange, label }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState(value);
  if (seen !== value) {
    setSeen(value);
    // Changed from elsewhere (a link, the back button), not the echo of what was typed here.
    if (value !== sent) setText(value);
    setSent(value);
  }
  useEffect(() => {
    if (text === sent) return;
    const timer = setTimeout(() => {
      setSent(text);
      onChange(text);
    }, 200);
    return () => clearTimeout(timer);
  }, [text, sent, onChange]);
  return (
    <span className="relative min-w-0 grow max-sm:basis-full sm:max-w-72">
      <Search
        aria-hidden
        className="absolute inset-y-0 left-2.5 my-auto size-4 text-ink-3"
        strokeWidth={1.75}
      />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        data-search
        onChange={(event) => setText(event.target.value)}
        className="px-8 [&::-webkit-search-cancel-button]:hidden"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label="Clear the search"
          className="absolute inset-y-0 right-1.5 my-auto size-5 rounded p-0.5 text-ink-3 hover:text-ink"
          onClick={() => setText('')}
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </span>
  );
}
