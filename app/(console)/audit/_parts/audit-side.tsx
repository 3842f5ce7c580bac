'use client';

import { X } from 'lucide-react';
import type { AuditRecord } from '../../../../lib/contract/audit.ts';
import { IconButton } from '../../../_ui/button.tsx';
import { Dialog, DialogBody } from '../../../_ui/dialog.tsx';
import { actionText, actorText } from './action-words.ts';
import { AuditRecordFacts } from './audit-record.tsx';

interface AuditSideProps {
  record: AuditRecord;
  /** Whether there is room beside the list. */
  isBeside: boolean;
  onClose: () => void;
}

/** The entry beside the list, or over it. */
export function AuditSide({ record, isBeside, onClose }: AuditSideProps) {
  const sentence = `${actorText(record)} ${actionText(record.action)}`;
  if (!isBeside) {
    return (
      <Dialog open onClose={onClose} title={sentence} look="sheet">
        <DialogBody>
          <AuditRecordFacts record={record} />
        </DialogBody>
      </Dialog>
    );
  }
  return (
    <aside
      aria-label="The open entry"
      className="flex min-h-0 flex-col gap-4 overflow-y-auto rounded-lg border border-line bg-panel p-4"
    >
      <div className="flex items-start gap-2">
        <h2 className="grow text-base font-semibold wrap-anywhere">{sentence}</h2>
        <IconButton small icon={X} label="Close (Esc)" onClick={onClose} />
      </div>
      <AuditRecordFacts record={record} />
    </aside>
  );
}
