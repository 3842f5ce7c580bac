'use client';

/** Left rail on wide screens, bottom bar under a thumb on narrow ones. */

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useLive } from '../_live/use-live.ts';
import { cx } from '../_ui/class-names.ts';
import { formatCount } from '../_ui/format.ts';
import { isCurrent, type PageLink, pages } from './pages.ts';
import { Wordmark } from './wordmark.tsx';

export function Rail() {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] md:sticky md:top-0 md:h-dvh md:w-52 md:shrink-0 md:border-t-0 md:border-r md:bg-canvas"
    >
      <div className="hidden h-12 items-center px-4 md:flex">
        <Wordmark />
      </div>
      <ul className="flex justify-around md:flex-col md:gap-0.5 md:px-2 md:pt-1">
        {pages.map((page) => (
          <RailLink key={page.href} page={page} />
        ))}
      </ul>
    </nav>
  );
}

function RailLink({ page }: { page: PageLink }) {
  const current = isCurrent(page.href, usePathname());
  const Icon = page.icon;
  return (
    <li className={cx('min-w-0 flex-1 md:flex-none', page.href === '/settings' && 'md:mt-3')}>
      <Link
        href={page.href}
        aria-current={current ? 'page' : undefined}
        aria-keyshortcuts={`g ${page.key}`}
        className={cx(
          'relative flex h-13 flex-col items-center justify-center gap-0.5 rounded-md text-[11px] md:h-8 md:flex-row md:justify-start md:gap-2.5 md:px-2.5 md:text-sm',
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
