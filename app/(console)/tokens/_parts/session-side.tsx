'use client';

import { Maximize2, X } from 'lucide-react';
import { IconButton } from '../../../_ui/button.tsx';
import { Link } from '../../../_ui/link.tsx';
import { Failing, Skeleton } from '../../../_ui/states.tsx';
import { SessionActs } from './session-acts.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionTimeline } from './session-timeline.tsx';
import { useSessionDetail } from './use-session-detail.ts';

/** The session beside the list. */
export default function SessionSide({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, isError, errorUpdatedAt, refetch } = useSessionDetail(id);
  return (
    <aside
      aria-label="The open session"
      className="flex min-h-0 flex-col gap-4 overflow-y-auto rounded-lg border border-line bg-panel p-4 max-xl:hidden"
    >
      <div className="flex items-start gap-2">
        <h2 className="grow text-base font-semibold wrap-anywhere">
          {data ? `Session of ${data.session.holder.name}` : <Skeleton className="h-5 w-56" />}
        </h2>
        <Link
          href={`/tokens/${id}`}
          aria-label="Open the whole page of this session"
          title="Open the whole page"
          className="flex size-7 shrink-0 items-center justify-center rounded-md text-ink-2 hover:bg-raised hover:text-ink"
        >
          <Maximize2 aria-hidden className="size-4" strokeWidth={1.75} />
        </Link>
        <IconButton small icon={X} label="Close (Esc)" onClick={onClose} />
      </div>
      {data ? (
        <>
          <SessionActs session={data.session} />
          <SessionFacts session={data.session} />
          <section aria-label="What happened to its tokens" className="-mx-4 border-t border-line pt-2">
            <h3 className="px-4 py-1 font-medium">What happened to its tokens</h3>
            <SessionTimeline timeline={data.timeline} />
          </section>
        </>
      ) : isError ? (
        <Failing what="this session" error={error} since={errorUpdatedAt} retry={refetch} />
      ) : (
        <Skeleton className="h-96 w-full" />
      )}
    </aside>
  );
}
