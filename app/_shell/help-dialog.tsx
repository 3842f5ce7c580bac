'use client';

import { Dialog, DialogBody } from '../_ui/dialog.tsx';
import { listHotkeys } from '../_ui/hotkeys.ts';

/** What the keyboard does here, now: read from the same registry that runs the keys. */
export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard">
      <DialogBody text>
        <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
          <Row keys="Ctrl K" label="Search, go anywhere, act" />
          <Row keys="Esc" label="Close what is open" />
          {listHotkeys().map(({ keys, label }) => (
            <Row key={`${keys} ${label}`} keys={keys} label={label} />
          ))}
          <Row keys="← →" label="Move the crosshair of a focused chart" />
        </dl>
      </DialogBody>
    </Dialog>
  );
}

function Row({ keys, label }: { keys: string; label: string }) {
  return (
    <>
      <dt className="flex gap-1">
        {keys.split(' ').map((key) => (
          <kbd
            key={key}
            className="min-w-6 rounded border border-line-strong bg-raised px-1.5 text-center font-sans text-xs leading-5"
          >
            {key}
          </kbd>
        ))}
      </dt>
      <dd className="text-ink-2">{label}</dd>
    </>
  );
}
