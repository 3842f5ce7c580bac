import { cx } from '../_ui/class-names.ts';
import { formatRate, formatTimesNormal } from '../_ui/format.ts';

/** A rate that is this many times its normal is worth the eye. */
const farTimes = 3;

/** A rate beside its normal, for lists that know no band: `412 · 61×`. */
export function RateCell({ rate, expected }: { rate: number; expected: number }) {
  const isFar = expected > 0 && rate > expected * farTimes && rate >= 1;
  return (
    <span className="whitespace-nowrap">
      {isFar && <span className="mr-2 text-xs text-ink-2">{formatTimesNormal(rate, expected)} normal</span>}
      <span className={cx(isFar && 'font-semibold')}>{formatRate(rate)}</span>
    </span>
  );
}

/** The same on a card, as one phrase. */
export function RatePhrase({ rate, expected }: { rate: number; expected: number }) {
  return (
    <span className="text-xs text-ink-2">
      <span className="font-medium text-ink">{formatRate(rate)}</span> / min
      {expected > 0 ? `, normally ${formatRate(expected)}` : ', normal not known yet'}
    </span>
  );
}

/** Open alerts of a row; nothing where there are none. */
export function AlertCount({ count }: { count: number }) {
  if (count === 0) return <span className="text-ink-3">0</span>;
  return <span className="font-semibold">{formatRate(count)}</span>;
}
