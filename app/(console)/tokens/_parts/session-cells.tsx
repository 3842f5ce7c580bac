import { Bot, type LucideIcon, ShieldUser, UserRound } from 'lucide-react';
import type { HolderKind, SessionStatus } from '../../../../lib/contract/sessions.ts';
import { cx } from '../../../_ui/class-names.ts';
import { holderNames, sessionStatusNames } from './session-words.ts';

const holderIcons: Record<HolderKind, LucideIcon> = { operator: ShieldUser, user: UserRound, client: Bot };

/** Whether a person or a program, by sign; the word is read out and shown on hover. */
export function HolderIcon({ kind }: { kind: HolderKind }) {
  const Icon = holderIcons[kind];
  return (
    <span title={holderNames[kind]} className="shrink-0 text-ink-3">
      <Icon aria-hidden className="size-4" strokeWidth={1.75} />
      <span className="sr-only">{holderNames[kind]}: </span>
    </span>
  );
}

const chip = 'inline-flex h-5 shrink-0 items-center rounded align-bottom px-1.5 text-xs whitespace-nowrap';

/** The session that looks at this page. */
export function ThisSession() {
  return (
    <span title="The session that you use now" className={cx(chip, 'border border-line-strong text-ink-2')}>
      this one
    </span>
  );
}

/** Filled while it lives; hollow when it has ended. */
export function SessionStatusBadge({ status }: { status: SessionStatus }) {
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-1.5 align-bottom text-xs whitespace-nowrap',
        looks[status].text,
      )}
    >
      <span aria-hidden className={cx('size-1.5 rounded-full', looks[status].dot)} />
      {sessionStatusNames[status]}
    </span>
  );
}

const looks: Record<SessionStatus, { text: string; dot: string }> = {
  live: { text: 'text-ink', dot: 'bg-accent' },
  expired: { text: 'text-ink-3', dot: 'border border-ink-3' },
  revoked: { text: 'text-deny', dot: 'bg-deny' },
};
