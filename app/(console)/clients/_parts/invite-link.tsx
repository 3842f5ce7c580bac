'use client';

import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { CallerInvited } from '../../../../lib/contract/oauth.ts';
import { Button } from '../../../_ui/button.tsx';
import { Snippet } from '../../../_ui/snippet.tsx';
import { TimeLeft } from '../../../_ui/time.tsx';

/** The only sight of a person's link. */
export function InviteLink({ invited, onDone }: { invited: CallerInvited; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-label="The new link" className="flex min-w-0 flex-col gap-3 border-b border-line p-4">
      <h3 ref={heading} tabIndex={-1} className="flex items-start gap-2 font-medium outline-none">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-throttle" strokeWidth={1.75} />
        Send this link to {invited.caller.name} now. It is shown only this once.
      </h3>
      <Snippet name="Link" text={invited.link} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-xs text-ink-3">
          Opens once, to make a passkey. <TimeLeft until={invited.expiresAt} />; an older link is void.
        </p>
        <Button look="strong" onClick={onDone}>
          I have sent it
        </Button>
      </div>
    </section>
  );
}
