'use client';

/** One session on its own page: what a link from an alert or a phone leads to. */

import { AbsentPage } from '../../../_ui/absent-page.tsx';
import { Crumb } from '../../../_ui/crumb.tsx';
import { Page, Panel } from '../../../_ui/panel.tsx';
import { SessionActs } from './session-acts.tsx';
import { ThisSession } from './session-cells.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionTimeline } from './session-timeline.tsx';
import { useSessionDetail } from './use-session-detail.ts';

const list = { href: '/tokens', name: 'Tokens' };

export function SessionPage({ id }: { id: string }) {
  const query = useSessionDetail(id);
  if (query.data === undefined) {
    return (
      <AbsentPage noun="session" list={list} allHref="/tokens?status=all" query={query}>
        It never was, or it ended so long ago that it was deleted.
      </AbsentPage>
    );
  }
  const { session, timeline } = query.data;
  return (
    <Page
      title={
        <>
          <Crumb {...list} />
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
