'use client';

/** One alert: what is happening, why we think so, and what can be done. */

import type { AlertDetail } from '../../../../lib/contract/console.ts';
import { AbsentPage } from '../../../_ui/absent-page.tsx';
import { Crumb } from '../../../_ui/crumb.tsx';
import { Page, Panel } from '../../../_ui/panel.tsx';
import { Moment } from '../../../_ui/time.tsx';
import { AlertActs } from './alert-acts.tsx';
import { AlertChart } from './alert-chart.tsx';
import { AlertEvidence } from './alert-evidence.tsx';
import { AlertFacts } from './alert-facts.tsx';
import { AlertSubject } from './alert-subject.tsx';
import { AlertWhatIf } from './alert-what-if.tsx';
import { ExampleEvents } from './example-events.tsx';
import { RelatedAlerts } from './related-alerts.tsx';
import { useAlert } from './use-alert.ts';

const list = { href: '/alerts', name: 'Alerts' };

export function AlertPage({ id }: { id: string }) {
  const query = useAlert(id);
  if (query.data === undefined) {
    return (
      <AbsentPage noun="alert" list={list} allHref="/alerts?status=all" query={query}>
        It never was, or it is so long ago that Tidegate has forgotten it.
      </AbsentPage>
    );
  }
  return <LoadedAlert detail={query.data} />;
}

function LoadedAlert({ detail }: { detail: AlertDetail }) {
  const { alert, timeline } = detail;
  return (
    <Page
      title={
        <>
          <Crumb {...list} />
          <span className="mt-1 block">{alert.summary}</span>
        </>
      }
    >
      <AlertFacts alert={alert} />
      <div className="flex flex-wrap gap-2">
        <AlertActs detail={detail} />
      </div>
      <div className="grid items-start gap-4 xl:grid-cols-[3fr_2fr] xl:grid-rows-[auto_1fr]">
        <AlertChart detail={detail} />
        <div className="flex min-w-0 flex-col gap-4 xl:row-span-2">
          <AlertEvidence evidence={alert.evidence} />
          <AlertWhatIf detail={detail} />
          <AlertSubject detail={detail} />
          <RelatedAlerts alert={alert} />
          <Panel title="Timeline">
            <ol className="px-4 py-2">
              {timeline.map(({ at, by, what }) => (
                <li key={`${at} ${what}`} className="flex gap-3 py-1.5">
                  <span className="w-24 shrink-0 text-ink-3">
                    <Moment at={at} />
                  </span>
                  <span className="min-w-0 wrap-anywhere">
                    <span className="font-medium">{by === 'tidegate' ? 'Tidegate' : by}</span>{' '}
                    <span className="text-ink-2">{what}</span>
                  </span>
                </li>
              ))}
            </ol>
          </Panel>
        </div>
        <ExampleEvents events={alert.exampleEvents} />
      </div>
    </Page>
  );
}
