'use client';

import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { IngestKeyCreated } from '../../../../lib/contract/console.ts';
import { Button } from '../../../_ui/button.tsx';
import { Snippet } from '../../../_ui/snippet.tsx';
import { curlSnippet } from '../../../_ui/snippets.ts';

/** The only sight of a secret. It goes when the operator says so, and is nowhere afterwards. */
export function NewSecret({ made, onDone }: { made: IngestKeyCreated; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-label="The new key" className="flex min-w-0 flex-col gap-3 border-b border-line p-4">
      <h3 ref={heading} tabIndex={-1} className="flex items-start gap-2 font-medium outline-none">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-throttle" strokeWidth={1.75} />
        Copy the secret of “{made.key.name}” now. It is shown only this once.
      </h3>
      <Snippet name="Secret" text={made.secret} />
      <Snippet name="Send one event with it" text={curlSnippet(window.location.origin, made.secret)} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-xs text-ink-3">
          Tidegate keeps a hash of it. If you lose it, make another key and revoke this one.
        </p>
        <Button look="strong" onClick={onDone}>
          I have stored it
        </Button>
      </div>
    </section>
  );
}
