'use client';

import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../../../_ui/button.tsx';
import { Snippet } from '../../../_ui/snippet.tsx';

interface NewSecretProps {
  /** Whose it is. */
  name: string;
  secret: string;
  /** How to use it, and what to do with the one before. */
  children?: ReactNode;
  onDone: () => void;
}

/** The only sight of a secret. It goes when the operator says so, and is nowhere afterwards. */
export function NewSecret({ name, secret, children, onDone }: NewSecretProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-label="The new secret" className="flex min-w-0 flex-col gap-3 border-b border-line p-4">
      <h3 ref={heading} tabIndex={-1} className="flex items-start gap-2 font-medium outline-none">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-throttle" strokeWidth={1.75} />
        Copy the secret of “{name}” now. It is shown only this once.
      </h3>
      <Snippet name="Secret" text={secret} />
      {children}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-xs text-ink-3">
          Tidegate keeps a hash of it. If you lose it, make another and revoke this one.
        </p>
        <Button look="strong" onClick={onDone}>
          I have stored it
        </Button>
      </div>
    </section>
  );
}
