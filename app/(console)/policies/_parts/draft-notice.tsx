'use client';

import { FilePen, TriangleAlert } from 'lucide-react';
import type { PolicyVersion } from '../../../../lib/contract/policies.ts';
import { Button } from '../../../_ui/button.tsx';
import type { useDraft } from './use-draft.ts';

interface DraftNoticeProps {
  draft: ReturnType<typeof useDraft>;
  current: PolicyVersion;
  /** Another version was published after the draft was begun. */
  isStale: boolean;
}

/** Always one line high, so that the editor does not move with the first letter. */
export function DraftNotice({ draft, current, isStale }: DraftNoticeProps) {
  const Icon = isStale ? TriangleAlert : FilePen;
  return (
    <div role="status" className="-my-1 flex min-h-7 items-start gap-2 text-ink-2 sm:items-center">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 sm:mt-0" strokeWidth={1.75} />
      {isStale ? (
        <span className="flex flex-wrap items-center gap-2">
          <span className="text-ink">
            {current.createdByName} published version {current.version} after you began. Publishing yours
            would undo that.
          </span>
          <Button size="sm" onClick={draft.discard}>
            Start again from version {current.version}
          </Button>
          <Button size="sm" look="quiet" onClick={draft.rebase}>
            Keep my text
          </Button>
        </span>
      ) : draft.isChanged ? (
        <span>A draft in this browser, based on version {draft.basedOn}. Nothing of it is in force.</span>
      ) : (
        <span>What is in force. Edit it: nothing changes before you publish.</span>
      )}
    </div>
  );
}
