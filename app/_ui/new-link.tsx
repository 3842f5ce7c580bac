'use client';

import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './button.tsx';
import { Snippet } from './snippet.tsx';

interface NewLinkProps {
  title: string;
  link: string;
  /** What it does, for how long, and how to hand it over. */
  children: ReactNode;
  onDone: () => void;
}

/** The only sight of a one-time link. It goes when the operator says so, and is nowhere afterwards. */
export function NewLink({ title, link, children, onDone }: NewLinkProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-label="The new link" className="flex min-w-0 flex-col gap-3 p-4">
      <h3 ref={heading} tabIndex={-1} className="flex items-start gap-2 font-medium outline-none">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-throttle" strokeWidth={1.75} />
        {title}
      </h3>
      <Snippet name="Link" text={link} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-xs text-ink-3">{children}</p>
        <Button look="strong" className="ml-auto" onClick={onDone}>
          I have passed it on
        </Button>
      </div>
    </section>
  );
}
