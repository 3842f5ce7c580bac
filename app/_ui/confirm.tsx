'use client';

/** Asks before something that others will feel; says what will happen and to how much, and what became of it. */

import { type ReactNode, useState } from 'react';
import { problemText } from '../_session/problem.ts';
import { Button } from './button.tsx';
import { Dialog, DialogActions, DialogBody } from './dialog.tsx';
import { toast } from './toast.tsx';

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** The blast radius, in plain words. */
  children: ReactNode;
  action: string;
  /** Said when it is done. */
  done: string;
  run: () => Promise<unknown>;
  /** While it is not known what will happen, or nothing would. */
  disabled?: boolean;
}

export function Confirm({ open, onClose, title, children, action, done, run, disabled }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  async function confirm() {
    setBusy(true);
    try {
      await run();
      toast({ text: done });
      onClose();
    } catch (error) {
      toast({ text: `Not done: ${problemText(error)}`, failing: true });
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <DialogBody>
        <div className="text-ink-2">{children}</div>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="strong" busy={busy} disabled={disabled} onClick={() => void confirm()}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
