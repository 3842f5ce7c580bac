import { CircleCheck, CircleHelp, Gauge, type LucideIcon, Moon, ShieldX, TrendingUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../_ui/class-names.ts';
import { Skeleton } from '../_ui/states.tsx';
import type { Verdict, VerdictTone } from './verdict.ts';

const looks: Record<VerdictTone, { icon: LucideIcon; look: string }> = {
  normal: { icon: CircleCheck, look: 'text-ink-2' },
  // Red is for what is denied: what is only unusual stands out by its sign.
  unusual: { icon: TrendingUp, look: 'text-ink' },
  limited: { icon: Gauge, look: 'text-throttle' },
  denied: { icon: ShieldX, look: 'text-deny' },
  unknown: { icon: CircleHelp, look: 'text-ink-2' },
  quiet: { icon: Moon, look: 'text-ink-3' },
};

/** The answer before the numbers. Its height does not change with its words. */
export function VerdictLine({ verdict, children }: { verdict: Verdict; children?: ReactNode }) {
  const { icon: Icon, look } = looks[verdict.tone];
  return (
    <p className="flex min-h-10 items-start gap-2.5 text-base wrap-anywhere sm:min-h-5">
      <Icon aria-hidden className={cx('mt-0.5 size-4 shrink-0', look)} strokeWidth={2} />
      <span>
        {verdict.text}
        {children}
      </span>
    </p>
  );
}

export function VerdictSkeleton() {
  return (
    <div className="flex min-h-10 items-center sm:min-h-5">
      <Skeleton className="h-4 w-full max-w-lg" />
    </div>
  );
}
