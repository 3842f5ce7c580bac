import type { Evidence } from '../../../../lib/contract/alert.ts';
import { formatBand, formatCount, formatDuration, formatRate, formatShare } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { plural } from '../../../_ui/words.ts';

/** Why: each reason with the share of the finding that it carries, heaviest first. */
export function AlertEvidence({ evidence }: { evidence: Evidence[] }) {
  const sorted = evidence.toSorted((a, b) => b.weight - a.weight);
  return (
    <Panel title="Why" note="each reason with its share of the finding">
      <ul>
        {sorted.map((line) => (
          <li key={line.measure} className="border-b border-line px-4 py-2.5 last:border-b-0">
            <div className="flex items-baseline gap-3">
              <p className="grow font-medium">{line.text}</p>
              <span className="text-xs text-ink-2">{formatShare(line.weight)}</span>
            </div>
            <div className="my-1.5 h-1 rounded-full bg-raised" aria-hidden>
              <div
                className="h-1 rounded-full bg-ink-2"
                style={{ width: `${Math.min(line.weight, 1) * 100}%` }}
              />
            </div>
            <p className="text-xs text-ink-3">{basis(line)}</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function basis({ observed, lower, upper, windowMs, sampleCount }: Evidence): string {
  const band = `seen ${formatRate(observed)}, expected ${formatBand(lower, upper)}`;
  const window = windowMs > 0 ? ` in ${formatDuration(windowMs)}` : '';
  const ground =
    sampleCount === 0
      ? 'no history of its own: held against everyone here'
      : `rests on ${formatCount(sampleCount)} ${plural(sampleCount, 'observation')}`;
  return `${band}${window} · ${ground}`;
}
