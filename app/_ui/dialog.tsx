'use client';

/**
 * The platform's own dialog: focus is held inside, Esc closes, focus returns to where it was, and the page behind is
 * inert. `sheet` slides in from the side for details beside a list.
 */

import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  look?: 'box' | 'sheet' | 'bare';
}

const shapes = {
  box: 'm-auto w-[min(32rem,calc(100vw-2rem))] max-h-[85dvh] rounded-xl border',
  sheet: 'mr-0 ml-auto h-dvh max-h-none w-[min(40rem,100vw)] border-l',
  bare: 'mx-auto mt-[12vh] w-[min(38rem,calc(100vw-2rem))] rounded-xl border overflow-hidden',
};

export function Dialog({ open, onClose, title, children, look = 'box' }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (open && !dialog.open) {
      dialog.showModal();
      // The browser focuses the first button, which only closes; who opened a form came for its fields.
      dialog.querySelector<HTMLElement>('[data-focus-first], input, select, textarea')?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is the backdrop's; the keyboard's way out is Esc.
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && ref.current?.close()}
      className={cx(
        // A dialog lies in the top layer but inherits from where it is written, for example from a table's cell.
        'border-line bg-panel p-0 text-left text-sm font-normal whitespace-normal text-ink shadow-2xl outline-none backdrop:bg-black/40 open:animate-[rise_120ms_ease-out]',
        shapes[look],
      )}
    >
      {open && (
        <div className="flex max-h-[inherit] flex-col">
          {look === 'bare' ? (
            <h2 id={titleId} className="sr-only">
              {title}
            </h2>
          ) : (
            <header className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
              <h2 id={titleId} className="grow text-base font-semibold">
                {title}
              </h2>
              <IconButton icon={X} label="Close" onClick={() => ref.current?.close()} />
            </header>
          )}
          {children}
        </div>
      )}
    </dialog>
  );
}

/** @param text holds nothing to focus: then it is itself, so that the keyboard can scroll it */
export function DialogBody({ text = false, children }: { text?: boolean; children: ReactNode }) {
  return (
    <div
      tabIndex={text ? 0 : undefined}
      className="flex flex-col gap-4 overflow-y-auto p-4 -outline-offset-2"
    >
      {children}
    </div>
  );
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <footer className="flex flex-wrap justify-end gap-2 border-t border-line p-3">{children}</footer>;
}
