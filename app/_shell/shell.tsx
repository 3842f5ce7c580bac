'use client';

/** The frame around every signed-in page, and the gate: pages render only while someone is signed in. */

import dynamic from 'next/dynamic';
import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useState } from 'react';
import { useGo, useLinkGuard, whenReachable } from '../_live/go.ts';
import { togglePause } from '../_live/live-store.ts';
import { offlineProblem } from '../_session/problem.ts';
import { refresh } from '../_session/session.ts';
import { useSession } from '../_session/use-session.ts';
import { useHotkeys } from '../_ui/hotkeys.ts';
import { Failing, Skeleton } from '../_ui/states.tsx';
import { AlertAnnouncer } from './alert-announcer.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { LiveNotice } from './live-status.tsx';
import { pages } from './pages.ts';
import { Rail } from './rail.tsx';
import { StepUp } from './step-up.tsx';
import { TopBar } from './top-bar.tsx';

const CommandPalette = dynamic(() => import('./command-palette.tsx'), { ssr: false });

export function Shell({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<'search' | 'help' | undefined>();
  const [searched, setSearched] = useState(false);
  const close = () => setOpen(undefined);
  const search = () => {
    // Its code is fetched when it is first opened.
    if (searched) return setOpen('search');
    void whenReachable(() => {
      setSearched(true);
      setOpen('search');
    });
  };
  useLinkGuard();
  useShellKeys(search, () => setOpen('help'));
  return (
    // A page that fills the window scrolls inside itself, never beside itself too.
    <div className="flex min-h-dvh has-data-fill:h-dvh">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-ink px-3 py-1.5 text-canvas focus:translate-y-0"
      >
        Skip to the content
      </a>
      <Rail />
      <div className="flex min-w-0 grow flex-col">
        <TopBar onSearch={search} onHelp={() => setOpen('help')} />
        <main id="content" tabIndex={-1} className="flex min-h-0 grow flex-col outline-none">
          <Gate>{children}</Gate>
        </main>
      </div>
      {searched && <CommandPalette open={open === 'search'} onClose={close} />}
      <HelpDialog open={open === 'help'} onClose={close} />
      <StepUp />
    </div>
  );
}

function useShellKeys(search: () => void, help: () => void): void {
  const go = useGo();
  useHotkeys([
    { keys: '?', label: 'Show this help', run: help },
    { keys: 'p', label: 'Pause or resume live updates', run: togglePause },
    { keys: '/', label: 'Search this page', run: focusSearch },
    ...pages.map(({ href, name, key }) => ({
      keys: `g ${key}`,
      label: `Go to ${name}`,
      run: () => go(href),
    })),
  ]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      search();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[data-search]')?.focus();
}

function Gate({ children }: { children: ReactNode }) {
  const session = useSession();
  const router = useRouter();
  const pathname = usePathname();
  const signedIn = session.state === 'signed-in';
  useEffect(() => {
    if (session.state === 'unknown') void refresh().catch(() => undefined);
    if (session.state !== 'signed-out') return;
    const next = pathname + location.search;
    router.replace(next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`);
  }, [session.state, pathname, router]);
  useLiveSocket(signedIn);
  if (session.state === 'unreachable') {
    return (
      <Failing what="your session" error={offlineProblem()} since={session.since} retry={() => refresh()} />
    );
  }
  if (!signedIn) return <PageSkeleton />;
  return (
    <>
      <LiveNotice />
      <AlertAnnouncer />
      {children}
    </>
  );
}

/** The socket's library is fetched beside the session, not before the page: the first answer comes by HTTP anyway. */
function useLiveSocket(signedIn: boolean): void {
  useEffect(() => {
    const loading = import('../_live/socket.ts');
    if (!signedIn) return;
    let close: (() => void) | undefined;
    let left = false;
    void loading.then(({ openLive }) => {
      if (!left) close = openLive();
    });
    return () => {
      left = true;
      close?.();
    };
  }, [signedIn]);
}

/** Stands where a page will stand while the session is looked up. */
function PageSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading"
      className="mx-auto flex w-full max-w-[96rem] flex-col gap-4 p-3 sm:p-5"
    >
      <Skeleton className="my-1 h-6 w-24" />
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {['a', 'b', 'c', 'd'].map((key) => (
          <Skeleton key={key} className="h-22 rounded-lg" />
        ))}
      </div>
      <Skeleton className="h-80 rounded-lg" />
    </div>
  );
}
