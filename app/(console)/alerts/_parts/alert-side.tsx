'use client';

import { Maximize2, X } from 'lucide-react';
import { IconButton } from '../../../_ui/button.tsx';
import { Link } from '../../../_ui/link.tsx';
import { Failing, Skeleton } from '../../../_ui/states.tsx';
import { AlertActs } from './alert-acts.tsx';
import { AlertChart } from './alert-chart.tsx';
import { AlertEvidence } from './alert-evidence.tsx';
import { AlertFacts } from './alert-facts.tsx';
import { useAlert } from './use-alert.ts';

/** The alert beside the list: enough to understand and to answer it; the rest is one click away. */
export default function AlertSide({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useAlert(id);
  return (
    <aside
      aria-label="The open alert"
      className="flex min-h-0 flex-col gap-4 overflow-y-auto rounded-lg border border-line bg-panel p-4 max-xl:hidden"
    >
      <div className="flex items-start gap-2">
        <h2 className="grow text-base font-semibold wrap-anywhere">
          {query.data?.alert.summary ?? <Skeleton className="h-5 w-72" />}
        </h2>
        <Link
          href={`/alerts/${id}`}
          aria-label="Open the whole page of this alert"
          title="Open the whole page"
          className="flex size-7 shrink-0 items-center justify-center rounded-md text-ink-2 hover:bg-raised hover:text-ink"
        >
          <Maximize2 aria-hidden className="size-4" strokeWidth={1.75} />
        </Link>
        <IconButton small icon={X} label="Close (Esc)" onClick={onClose} />
      </div>
      {query.isError && query.data === undefined ? (
        <Failing what="this alert" error={query.error} since={query.errorUpdatedAt} retry={query.refetch} />
      ) : query.data === undefined ? (
        <Skeleton className="h-96 w-full" />
      ) : (
        <>
          <AlertFacts alert={query.data.alert} />
          <div className="flex flex-wrap gap-2">
            <AlertActs detail={query.data} />
          </div>
          <AlertChart detail={query.data} />
          <AlertEvidence evidence={query.data.alert.evidence} />
        </>
      )}
    </aside>
  );
}
