import { cx } from './class-names.ts';
import { formatBand, formatRate, formatTimes } from './format.ts';

interface BandMeterProps {
  value: number;
  upper: number;
  lower?: number;
}

/**
 * A number beside its normal, as text and as a small scale: the band in grey-blue, the value as a mark. The scale ends
 * at twice the band, so that everything far outside sits at the edge and the eye compares what is near.
 */
export function BandMeter({ value, upper, lower = 0 }: BandMeterProps) {
  const known = upper > 0;
  const end = upper * 2;
  const share = (amount: number) => `${Math.min(Math.max(amount / end, 0), 1) * 100}%`;
  const outside = known && value > upper;
  return (
    <span className="flex items-center gap-2.5 whitespace-nowrap">
      <span className="relative hidden h-1.5 w-16 shrink-0 rounded-full bg-raised sm:block" aria-hidden>
        {known && (
          <span
            className="absolute inset-y-0 rounded-full bg-band"
            style={{ left: share(lower), width: share(upper - lower) }}
          />
        )}
        {known && (
          <span
            className={cx('absolute -top-0.5 h-2.5 w-0.5 rounded-full', outside ? 'bg-ink' : 'bg-ink-2')}
            style={{ left: `calc(${share(value)} - 1px)` }}
          />
        )}
      </span>
      <span>
        <span className={cx(outside && 'font-semibold')}>{formatRate(value)}</span>
        <span className="text-ink-3"> / min</span>
      </span>
      <span className="text-xs text-ink-3">
        {outside ? (
          <>
            normal up to {formatRate(upper)}
            <span className="text-ink-2"> · {formatTimes(value, upper)}</span>
          </>
        ) : known ? (
          `normal ${formatBand(lower, upper)}`
        ) : (
          'normal not known yet'
        )}
      </span>
    </span>
  );
}
