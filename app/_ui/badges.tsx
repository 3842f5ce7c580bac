import {
  BellOff,
  Check,
  CheckCheck,
  CircleDot,
  Eye,
  Gauge,
  KeyRound,
  type LucideIcon,
  ShieldX,
} from 'lucide-react';
import type { AlertStatus } from '../../lib/contract/alert.ts';
import type { Conclusion, Mode } from '../../lib/contract/decision.ts';
import { cx } from './class-names.ts';
import { conclusionNames, statusNames } from './words.ts';

const chip =
  'inline-flex h-5 shrink-0 items-center gap-1 rounded align-bottom px-1.5 text-xs font-medium whitespace-nowrap';

const conclusionLooks: Record<Conclusion, { icon: LucideIcon; look: string }> = {
  allow: { icon: Check, look: 'bg-raised text-ink-2' },
  throttle: { icon: Gauge, look: 'bg-throttle-soft text-throttle' },
  step_up: { icon: KeyRound, look: 'bg-step-up-soft text-step-up' },
  deny: { icon: ShieldX, look: 'bg-deny-soft text-deny' },
};

/** In shadow mode nothing was done: the chip says so, and is drawn hollow. */
export function ConclusionBadge({ conclusion, mode = 'enforce' }: { conclusion: Conclusion; mode?: Mode }) {
  const { icon: Icon, look } = conclusionLooks[conclusion];
  const shadow = mode === 'shadow' && conclusion !== 'allow';
  return (
    <span className={cx(chip, look, shadow && 'border border-dashed border-current bg-transparent')}>
      <Icon aria-hidden className="size-3" strokeWidth={2} />
      {shadow ? `Would be ${conclusionNames[conclusion].toLowerCase()}` : conclusionNames[conclusion]}
    </span>
  );
}

const statusLooks: Record<AlertStatus, { icon: LucideIcon; look: string }> = {
  open: { icon: CircleDot, look: 'text-ink' },
  acknowledged: { icon: Eye, look: 'text-ink-2' },
  resolved: { icon: CheckCheck, look: 'text-ink-3' },
  muted: { icon: BellOff, look: 'text-ink-3' },
};

export function StatusBadge({ status }: { status: AlertStatus }) {
  const { icon: Icon, look } = statusLooks[status];
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-1.5 align-bottom text-xs font-medium whitespace-nowrap',
        look,
      )}
    >
      <Icon aria-hidden className="size-3.5" strokeWidth={1.75} />
      {statusNames[status]}
    </span>
  );
}

export function ModeBadge({ mode }: { mode: Mode }) {
  return (
    <span
      className={cx(
        chip,
        mode === 'shadow' ? 'border border-dashed border-line-strong text-ink-2' : 'bg-raised text-ink-2',
      )}
    >
      {mode === 'shadow' ? 'Shadow' : 'Enforce'}
    </span>
  );
}
