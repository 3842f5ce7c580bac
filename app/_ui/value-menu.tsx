'use client';

/** A value that can be acted on where it stands: show only it, leave it out, copy it. */

import { Copy, Filter, FilterX, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { copyText } from './copy-button.tsx';
import { Menu, MenuItem } from './menu.tsx';
import { toast } from './toast.tsx';

interface ValueMenuProps {
  /** The whole value; what is shown may be shorter. */
  value: string;
  children?: ReactNode;
  onFilter?: (value: string) => void;
  onExclude?: (value: string) => void;
  /** Where the value leads, for example to its user. */
  open?: { label: string; icon: LucideIcon; run: () => void };
}

export function ValueMenu({ value, children, onFilter, onExclude, open }: ValueMenuProps) {
  const copy = async () => {
    if (await copyText(value)) toast({ text: `Copied ${value}` });
  };
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          title={value}
          className="max-w-full truncate rounded text-left align-bottom underline-offset-2 hover:underline hover:decoration-dotted"
        >
          {children ?? value}
        </button>
      }
    >
      {open && (
        <MenuItem onSelect={open.run}>
          <open.icon aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
          {open.label}
        </MenuItem>
      )}
      {onFilter && (
        <MenuItem onSelect={() => onFilter(value)}>
          <Filter aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
          Show only this
        </MenuItem>
      )}
      {onExclude && (
        <MenuItem onSelect={() => onExclude(value)}>
          <FilterX aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
          Leave this out
        </MenuItem>
      )}
      <MenuItem onSelect={() => void copy()}>
        <Copy aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
        Copy
      </MenuItem>
    </Menu>
  );
}
