'use client';

/**
 * A value that can be acted on where it stands: show only it, leave it out, copy it. A value that leads somewhere is a
 * link, with its menu beside it.
 */

import { Copy, EllipsisVertical, Filter, FilterX, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { copyText } from './copy-button.tsx';
import { Link } from './link.tsx';
import { Menu, MenuItem } from './menu.tsx';
import { toast } from './toast.tsx';

interface ValueMenuProps {
  /** The whole value; what is shown may be shorter. */
  value: string;
  children?: ReactNode;
  href?: string;
  onFilter?: (value: string) => void;
  onExclude?: (value: string) => void;
  className?: string;
}

export function ValueMenu(props: ValueMenuProps) {
  const { value, children = value, href, className } = props;
  if (href === undefined) {
    return (
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            title={value}
            className={cx(
              'max-w-full truncate rounded text-left align-bottom leading-5 decoration-dotted underline-offset-2 hover:underline',
              className,
            )}
          >
            {children}
          </button>
        }
      >
        <Items {...props} />
      </Menu>
    );
  }
  return (
    <span className="group/value inline-flex max-w-full min-w-0 items-center gap-0.5 align-bottom">
      <Link
        href={href}
        title={value}
        className={cx('truncate rounded leading-5 underline-offset-2 hover:underline', className)}
      >
        {children}
      </Link>
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            aria-label={`Filter by or copy ${value}`}
            className="shrink-0 rounded p-0.5 text-ink-3 opacity-0 group-hover/value:opacity-100 hover:bg-raised hover:text-ink focus-visible:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-100"
          >
            <EllipsisVertical aria-hidden className="size-3.5" />
          </button>
        }
      >
        <Items {...props} />
      </Menu>
    </span>
  );
}

function Items({ value, onFilter, onExclude }: ValueMenuProps) {
  const copy = async () => {
    if (await copyText(value)) toast({ text: `Copied ${value}` });
  };
  return (
    <>
      {onFilter && (
        <Item icon={Filter} run={() => onFilter(value)}>
          Show only this
        </Item>
      )}
      {onExclude && (
        <Item icon={FilterX} run={() => onExclude(value)}>
          Leave this out
        </Item>
      )}
      <Item icon={Copy} run={() => void copy()}>
        Copy
      </Item>
    </>
  );
}

function Item({ icon: Icon, run, children }: { icon: LucideIcon; run: () => void; children: ReactNode }) {
  return (
    <MenuItem onSelect={run}>
      <Icon aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
      {children}
    </MenuItem>
  );
}
