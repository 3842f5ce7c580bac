'use client';

/**
 * Going to another page while the server may be away. Next follows a failed fetch by a navigation of the browser, which
 * ends at the browser's own error page: what is on the screen would be lost just when it is needed. So while the socket
 * is down we ask first, and stay where nothing answers.
 */

import { useRouter } from 'next/navigation';
import { useCallback, useEffect } from 'react';
import { toast } from '../_ui/toast.tsx';
import { pathOfClick } from './click-path.ts';
import { currentLive } from './live-store.ts';

const answerMsMax = 3_000;

/** Leads to a path of the console, or says why not. */
export function useGo(): (path: string) => void {
  const router = useRouter();
  return useCallback((path) => void whenReachable(() => router.push(path)), [router]);
}

/** Runs at once while the socket stands; otherwise only if the server answers. */
export async function whenReachable(run: () => void): Promise<void> {
  if (isConnected() || (await answers())) run();
  else toast({ text: 'Tidegate does not answer, so this page stays.', failing: true });
}

/** Every link of the document, whoever drew it: the capturing listener of the window comes before Next's own. */
export function useLinkGuard(): void {
  const go = useGo();
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const path = isConnected() ? undefined : pathOfClick(event, location);
      if (path === undefined) return;
      event.preventDefault();
      go(path);
    };
    window.addEventListener('click', onClick, { capture: true });
    return () => window.removeEventListener('click', onClick, { capture: true });
  }, [go]);
}

function isConnected(): boolean {
  return currentLive().connection.state === 'live';
}

async function answers(): Promise<boolean> {
  const signal = AbortSignal.timeout(answerMsMax);
  return fetch('/healthz', { cache: 'no-store', signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}
