import type { EndpointDetail } from '../../../../lib/contract/console.ts';
import { formatCount, formatRate, formatShare } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Skeleton } from '../../../_ui/states.tsx';
import { plural } from '../../../_ui/words.ts';

/** What an active user does here: the normal that newcomers are measured by. */
export function Crowd({ detail }: { detail: EndpointDetail | undefined }) {
  const cohort = detail?.cohort;
  return (
    <Panel
      title="What the crowd does"
      note={cohort && `${formatCount(cohort.users)} ${plural(cohort.users, 'user')}`}
    >
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-2 p-4">
        <Line name="A typical user" value={cohort && `${formatRate(cohort.medianPerMinute)} / min`} />
        <Line name="A busy user" value={cohort && `${formatRate(cohort.highPerMinute)} / min`} />
        <Line name="Answered with an error" value={detail && formatShare(detail.summary.errorShare)} />
      </dl>
      <p className="border-t border-line px-4 py-2 text-xs text-ink-3">
        Users without a history of their own are compared with this.
      </p>
    </Panel>
  );
}

function Line({ name, value }: { name: string; value: string | undefined }) {
  return (
    <>
      <dt className="text-ink-2">{name}</dt>
      <dd className="text-right font-medium">{value ?? <Skeleton className="my-1 ml-auto h-3 w-16" />}</dd>
    </>
  );
}
