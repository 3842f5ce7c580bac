import { type Alert, owaspByKind } from '../../../../lib/contract/alert.ts';
import { ConclusionBadge, StatusBadge } from '../../../_ui/badges.tsx';
import { formatCount, formatDuration } from '../../../_ui/format.ts';
import { Ago, Moment } from '../../../_ui/time.tsx';
import { kindNames, plural } from '../../../_ui/words.ts';

/** State, response and size of an alert, in one line that wraps. */
export function AlertFacts({ alert }: { alert: Alert }) {
  const { id, title } = owaspByKind[alert.kind];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-ink-2">
      <ConclusionBadge conclusion={alert.conclusion} mode={alert.mode} />
      <StatusBadge status={alert.status} />
      <span>
        {kindNames[alert.kind]} <span className="text-ink-3">· OWASP</span>{' '}
        <abbr title={title} className="no-underline">
          {id}
        </abbr>
      </span>
      <span>
        <Moment at={alert.openedAt} />{' '}
        <span className="text-ink-3">
          (<Ago at={alert.openedAt} />)
        </span>
      </span>
      <span>
        {alert.endedAt === undefined
          ? 'still going on'
          : `lasted ${formatDuration(alert.endedAt - alert.openedAt)}`}
      </span>
      <span>
        {formatCount(alert.requestCount)} {plural(alert.requestCount, 'request')},{' '}
        {formatCount(alert.refusedCount)} refused
      </span>
      {alert.mutedUntil !== undefined && alert.status === 'muted' && (
        <span>
          muted until <Moment at={alert.mutedUntil} />
        </span>
      )}
    </div>
  );
}
