import { retentionLimits } from '../../../../lib/contract/retention.ts';
import { formatCount, formatDuration } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';

const {
  eventsMs,
  eventsBytesMax,
  chartsMs,
  chartsBytesMax,
  alertsMs,
  alertsMax,
  auditMs,
  auditMax,
  familiesMs,
  revokedKeysMs,
} = retentionLimits;

const gib = 1024 ** 3;
const mib = 1024 ** 2;
const none = 'no other bound';

const kept: { what: string; forMs: number; most: string }[] = [
  { what: 'Events', forMs: eventsMs, most: `${formatCount(eventsBytesMax / gib)} GiB` },
  { what: 'Charts, per minute', forMs: chartsMs, most: `${formatCount(chartsBytesMax / mib)} MiB` },
  { what: 'Alerts that were answered', forMs: alertsMs, most: formatCount(alertsMax) },
  { what: 'Audit log', forMs: auditMs, most: `${formatCount(auditMax)} entries` },
  { what: 'Ended sessions', forMs: familiesMs, most: none },
  { what: 'Revoked keys and clients', forMs: revokedKeysMs, most: none },
];

/** What is deleted by itself, and when. */
export function Kept() {
  return (
    <Panel title="What is kept" note="the oldest leaves first, at whichever bound comes first">
      <table className="w-full">
        <thead className="text-left text-xs text-ink-3">
          <tr className="[&>th]:px-4 [&>th]:py-1.5 [&>th]:font-normal">
            <th>What</th>
            <th className="text-right">For</th>
            <th className="text-right">At most</th>
          </tr>
        </thead>
        <tbody>
          {kept.map(({ what, forMs, most }) => (
            <tr key={what} className="border-t border-line [&>td]:px-4 [&>td]:py-1.5">
              <td>{what}</td>
              <td className="text-right whitespace-nowrap">{formatDuration(forMs)}</td>
              <td className="text-right whitespace-nowrap text-ink-2">{most}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
