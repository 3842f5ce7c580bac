'use client';

/** Whether the screen is now: live, paused by the reader, or cut off since a time. */

import { CircleSlash, Pause, Play, Radio } from 'lucide-react';
import { togglePause } from '../_live/live-store.ts';
import { useLive } from '../_live/use-live.ts';
import { Button } from '../_ui/button.tsx';
import { cx } from '../_ui/class-names.ts';
import { formatClock } from '../_ui/format.ts';
import { Kbd } from '../_ui/kbd.tsx';

export function LiveStatus() {
  const connection = useLive((state) => state.connection);
  const pausedAt = useLive((state) => state.pausedAt);
  const paused = pausedAt !== undefined;
  const lost = connection.state === 'lost';
  const label = paused
    ? `Paused at ${formatClock(pausedAt)}`
    : { live: 'Live', connecting: 'Connecting', lost: 'Reconnecting' }[connection.state];
  return (
    <Button
      look="quiet"
      aria-keyshortcuts="p"
      aria-pressed={paused}
      title={paused ? 'Resume live updates (p)' : 'Pause live updates (p)'}
      onClick={togglePause}
      className="px-2"
    >
      <span
        aria-hidden
        className={cx(
          'relative size-2 rounded-full',
          paused || lost ? 'border-2 border-ink-3' : 'ripple bg-accent',
        )}
      />
      <span className={cx(paused ? 'text-ink' : 'max-sm:sr-only')}>{label}</span>
      <span className="sr-only">: {paused ? 'resume' : 'pause'} live updates</span>
      {paused ? (
        <Play aria-hidden className="size-3.5" />
      ) : (
        <Pause aria-hidden className="size-3.5 max-sm:hidden" />
      )}
      <Kbd>p</Kbd>
    </Button>
  );
}

/** One line above the page while the socket is down, and for what the server says works less well. */
export function LiveNotice() {
  const connection = useLive((state) => state.connection);
  const degraded = useLive((state) => state.live?.degraded);
  const mode = useLive((state) => state.live?.mode);
  return (
    <div role="status">
      {connection.state === 'lost' && (
        <Notice icon={CircleSlash}>
          Live updates paused since {formatClock(connection.since)}, reconnecting. What you see is from then.
          Pages open again when Tidegate is back.
        </Notice>
      )}
      {degraded?.map((text) => (
        <Notice key={text} icon={CircleSlash}>
          {text}
        </Notice>
      ))}
      {mode === 'shadow' && (
        <Notice icon={Radio}>Shadow mode: Tidegate decides and records, and refuses nothing.</Notice>
      )}
    </div>
  );
}

function Notice({ icon: Icon, children }: { icon: typeof Radio; children: React.ReactNode }) {
  return (
    <p className="flex items-center gap-2 border-b border-line bg-raised px-3 py-1.5 text-ink sm:px-5">
      <Icon aria-hidden className="size-4 shrink-0 text-ink-2" strokeWidth={1.75} />
      <span>{children}</span>
    </p>
  );
}
