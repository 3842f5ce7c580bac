'use client';

/** What a stricter and a more tolerant setting would have made of this finding. */

import type { AlertDetail } from '../../../../lib/contract/console.ts';
import { useDetection } from '../../../_settings/use-detection.ts';
import { formatCount, formatDuration, formatRate } from '../../../_ui/format.ts';
import { Link } from '../../../_ui/link.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Skeleton } from '../../../_ui/states.tsx';
import { plural } from '../../../_ui/words.ts';
import { atTolerance, type OtherTolerance } from './other-tolerance.ts';

/** No setting is stricter. */
const toleranceMin = 1;

export function AlertWhatIf({ detail }: { detail: AlertDetail }) {
  const { data, isError } = useDetection();
  const { alert, series } = detail;
  if (isError) return null;
  if (data === undefined) return <Skeleton className="h-36 rounded-lg" />;
  const { sensitivity: tolerance } = data;
  const stricter = Math.max(0.5, toleranceMin / tolerance);
  const rows = [...(stricter < 1 ? [stricter] : []), 2]
    .map((times) => atTolerance(times, { ...alert, series, tolerance }))
    .filter((row) => row !== undefined);
  if (rows.length === 0) return null;
  return (
    <Panel
      title="At another tolerance"
      note={`now ${formatRate(tolerance)}; estimated from the numbers here`}
      actions={
        <Link href="/settings" className="mr-2 text-xs text-accent hover:underline">
          Change it
        </Link>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2.5 px-4 py-3">
        {rows.map((row) => (
          <Row key={row.times} row={row} />
        ))}
      </dl>
    </Panel>
  );
}

function Row({ row }: { row: OtherTolerance }) {
  const { times, tolerance, found, line, upper, calmMinutes, calmAbove } = row;
  const edge = `${formatRate(line.observed)} was seen, up to ${formatRate(upper)} would pass${
    line.windowMs > 0 ? ` in ${formatDuration(line.windowMs)}` : ''
  }`;
  return (
    <>
      <dt className="font-medium">
        {formatRate(tolerance)} <span className="font-normal text-ink-3">({formatRate(times)}×)</span>
      </dt>
      <dd>
        <span className="font-medium">{found === 'certain' ? 'Found as well' : 'Perhaps not found'}</span>
        <span className="text-ink-2">: {edge}.</span>
        {times < 1 && calmMinutes > 0 && (
          <span className="block text-ink-2">
            {calmAbove === 0 ? 'None' : formatCount(calmAbove)} of the {formatCount(calmMinutes)} calm{' '}
            {plural(calmMinutes, 'minute')} before it would have been above normal, too.
          </span>
        )}
      </dd>
    </>
  );
}
