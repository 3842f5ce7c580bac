'use client';

/** One session on its own page: what a link from an alert or a phone leads to. */

import { SearchX } from 'lucide-react';
import { isProblem } from '../../../_session/problem.ts';
import { ButtonLink } from '../../../_ui/button.tsx';
import { Crumb } from '../../../_ui/crumb.tsx';
import { Page, Panel } from '../../../_ui/panel.tsx';
import { Empty, Failing, Skeleton } from '../../../_ui/states.tsx';
import { SessionActs } from './session-acts.tsx';
import { ThisSession } from './session-cells.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionTimeline } from './session-timeline.tsx';
import { useSessionDetail } from './use-session-detail.ts';

export function SessionPage({ id }: { id: string }) {
  const { data, error, isError, errorUpdatedAt, refetch } = useSessionDetail(id);
  if (data === undefined) {
    return (
      <Page title={<Crumb href="/tokens" name="Tokens" />}>
        {isProblem(error, 'not_found') ? (
          <Gone />
        ) : isError ? (
          <Failing what="this session" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : (
          <div role="status" aria-label="Loading the session" className="flex flex-col gap-4">
            <Skeleton className="h-7 w-72" />
            <Skeleton className="h-8 w-96 max-w-full" />
            <Skeleton className="h-80" />
          </div>
        )}
      </Page>
    );
  }
  const { session, timeline } = data;
  return (
    <Page
      title={
        <>
          <Crumb href="/tokens" name="Tokens" />
          <span className="mt-1 flex flex-wrap items-center gap-2">
            Session of {session.holder.name} {session.current && <ThisSession />}
          </span>
        </>
      }
    >
      <SessionActs session={session} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Session">
          <div className="p-4">
            <SessionFacts session={session} />
          </div>
        </Panel>
        <Panel title="What happened to its tokens" note="newest first, the last 200">
          <SessionTimeline timeline={timeline} />
        </Panel>
      </div>
    </Page>
  );
}

function Gone() {
  return (
    <Empty
      icon={SearchX}
      title="No such session"
      action={
        <ButtonLink href="/tokens" look="primary">
          Show live sessions
        </ButtonLink>
      }
    >
      It never was, or it ended so long ago that it was deleted.
    </Empty>
  );
}
