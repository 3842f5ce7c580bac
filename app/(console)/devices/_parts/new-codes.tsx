'use client';

import { Download, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { RecoveryCodes } from '../../../../lib/contract/account.ts';
import { Button } from '../../../_ui/button.tsx';
import { formatUtc } from '../../../_ui/format.ts';
import { Snippet } from '../../../_ui/snippet.tsx';
import { saveFile } from '../../../_ui/table-file.ts';

/** The only sight of the codes. They go when the operator says so, and are nowhere afterwards. */
export function NewCodes({ made, onDone }: { made: RecoveryCodes; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const text = made.codes.join('\n');
  const file = () =>
    saveFile(
      'tidegate-recovery-codes.txt',
      'text/plain',
      `Recovery codes for ${window.location.origin}, made ${formatUtc(made.createdAt)}.\nEach works once, at ${window.location.origin}/recover\n\n${text}\n`,
    );
  return (
    <section aria-label="The new codes" className="flex min-w-0 flex-col gap-3 p-4">
      <h3 ref={heading} tabIndex={-1} className="flex items-start gap-2 font-medium outline-none">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-throttle" strokeWidth={1.75} />
        Store these {made.codes.length} codes now. They are shown only this once.
      </h3>
      <Snippet name="Recovery codes" text={text} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Button icon={Download} onClick={file}>
          Save as a file
        </Button>
        <Button look="strong" onClick={onDone}>
          I have stored them
        </Button>
      </div>
    </section>
  );
}
