'use client';

/** Left rail on wide screens; on narrow ones a bar under the thumb, with the less urgent pages in its menu. */

import { Ellipsis } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { useGo } from '../_live/go.ts';
import { useLive } from '../_live/use-live.ts';
import { cx } from '../_ui/class-names.ts';
import { formatCount } from '../_ui/format.ts';
import { Link } from '../_ui/link.tsx';
import { Menu, MenuItem } from '../_ui/menu.tsx';
import { furtherPages, isCurrent, type PageLink, pages, thumbPages } from './pages.ts';
import { Wordmark } from './wordmark.tsx';

export function Rail() {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] md:sticky md:top-0 md:h-dvh md:w-52 md:shrink-0 md:overflow-y-auto md:border-t-0 md:border-r md:bg-canvas"
    >
      <div className="hidden h-12 items-center px-4 md:flex">
        <Wordmark />
      </div>
      <ul className="flex justify-around md:flex-col md:gap-0.5 md:px-2 md:pt-1 md:pb-3">
        {pages.map((page, index) => (
          <RailLink key={page.href} page={page} startsGroup={page.group !== pages[index - 1]?.group} />
        ))}
        <li className="min-w-0 flex-1 md:hidden">
          <MoreMenu />
        </li>
      </ul>
    </nav>
  );
}

const thumb = 'relative flex h-13 w-full flex-col items-center justify-center gap-0.5 rounded-md text-[11px]';

function RailLink({ page, startsGroup }: { page: PageLink; startsGroup: boolean }) {
  const current = isCurrent(page.href, usePathname());
  const Icon = page.icon;
  return (
    <li
      className={cx(
        'min-w-0 flex-1 md:flex-none',
        !thumbPages.includes(page) && 'max-md:hidden',
        startsGroup && page.group !== 'traffic' && 'md:mt-3',
      )}
    >
      <Link
        href={page.href}
        aria-current={current ? 'page' : undefined}
        aria-keyshortcuts={`g ${page.key}`}
        className={cx(
          thumb,
          'md:h-8 md:flex-row md:justify-start md:gap-2.5 md:px-2.5 md:text-sm',
          current ? 'font-medium text-ink md:bg-raised' : 'text-ink-2 hover:text-ink md:hover:bg-raised/60',
        )}
      >
        <Icon aria-hidden className={cx('size-4', current && 'text-accent')} strokeWidth={1.75} />
        {page.name}
        {page.href === '/alerts' && <OpenCount />}
      </Link>
    </li>
  );
}

function MoreMenu() {
  const pathname = usePathname();
  const go = useGo();
  const current = furtherPages.find(({ href }) => isCurrent(href, pathname));
  const Icon = current?.icon ?? Ellipsis;
  return (
    <Menu
      trigger={
        <button type="button" className={cx(thumb, current ? 'font-medium text-ink' : 'text-ink-2')}>
          <Icon aria-hidden className={cx('size-4', current && 'text-accent')} strokeWidth={1.75} />
          <span>
            {current?.name ?? 'More'}
            <span className="sr-only">: more pages</span>
          </span>
        </button>
      }
    >
      {furtherPages.map((page) => (
        <MenuItem key={page.href} onSelect={() => go(page.href)}>
          <page.icon aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
          {page.name}
        </MenuItem>
      ))}
    </Menu>
  );
}

function OpenCount() {
  const open = useLive((state) => state.live?.totals.openAlerts ?? 0);
  if (open === 0) return null;
  return (
    <span className="absolute top-1 left-1/2 ml-2 min-w-4.5 rounded-full bg-ink px-1 text-center text-[11px] leading-4.5 font-medium text-canvas md:static md:ml-auto">
      {formatCount(open)}
      <span className="sr-only"> open</span>
    </span>
  );
}
