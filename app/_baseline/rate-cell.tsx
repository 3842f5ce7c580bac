import { cx } from '../_ui/class-names.ts';
import { formatRate } from '../_ui/format.ts';

/** A rate that is this many times its normal is worth the eye. */
const farTimes = 3;

/** A rate, heavier where it is far from its normal; lists know no band, so they state no factor. */
export function RateCell({ rate, expected }: { rate: number; expected: number }) {
  const isFar = expected > 0 && rate > expected * farTimes && rate >= 1;
  return <span className={cx('whitespace-nowrap', isFar && 'font-semibold')}>{formatRate(rate)}</span>;
}

/** What is normal, where it is known: nobody's normal is zero. */
export function NormalCell({ expected }: { expected: number }) {
  return expected > 0 ? (
    <span className="text-ink-2">{formatRate(expected)}</span>
  ) : (
    <span className="text-xs text-ink-3">not known yet</span>
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
