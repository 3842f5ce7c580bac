import { TriangleAlert } from 'lucide-react';
import { cx } from './class-names.ts';

/** From here on dangerous actions are refused, by the policies that Tidegate comes with. */
const highRisk = 70;

/** 0 (calm) to 100 (alarming), as a number and as a small scale; the reasons on hover. */
export function Risk({ risk, reasons = [] }: { risk: number; reasons?: readonly string[] }) {
  if (risk === 0) return <span className="text-ink-3">calm</span>;
  const isHigh = risk >= highRisk;
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-2 align-bottom whitespace-nowrap',
        isHigh && 'font-semibold',
      )}
      title={reasons.join('\n')}
    >
      <span aria-hidden className="h-1.5 w-8 shrink-0 overflow-hidden rounded-full bg-raised">
        <span
          className={cx('block h-full rounded-full', isHigh ? 'bg-ink' : 'bg-ink-3')}
          style={{ width: `${risk}%` }}
        />
      </span>
      {risk}
      <span className="sr-only"> of 100</span>
      {isHigh && <TriangleAlert aria-hidden className="size-3.5" strokeWidth={2} />}
    </span>
  );
}
