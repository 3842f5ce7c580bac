'use client';

/** The states between nothing and data, each of the size of what it stands for, each with one next step. */

import { CloudOff, Lock, type LucideIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { isProblem, problemText } from '../_session/problem.ts';
import { Button } from './button.tsx';
import { cx } from './class-names.ts';
import { formatClock } from './format.ts';

export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden className={cx('skeleton', className)} />;
}

/** Rows of a list that is on its way. */
export function SkeletonRows({ rows, label }: { rows: number; label: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => index).map((index) => (
        <div key={index} className="flex h-10 items-center gap-4 border-b border-line px-4">
          <Skeleton className={cx('h-3', index % 3 === 0 ? 'w-40' : 'w-56')} />
          <Skeleton className="ml-auto h-3 w-16" />
          <Skeleton className="hidden h-3 w-24 sm:block" />
        </div>
      ))}
    </div>
  );
}

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  /** The one next step. */
  action?: ReactNode;
}

export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <span className="mb-1 flex size-9 items-center justify-center rounded-lg border border-line bg-raised">
        <Icon aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
      </span>
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-sm text-ink-2">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

interface FailingProps {
  /** What failed, as the end of "… could not be loaded". */
  what: string;
  error: unknown;
  /** When it failed, ms; 0 when it is not known. */
  since: number;
  retry: () => unknown;
}

export function Failing({ what, error, since, retry }: FailingProps) {
  const [busy, setBusy] = useState(false);
  if (isProblem(error, 'forbidden')) {
    return (
      <Empty icon={Lock} title={`You may not see ${what}`}>
        {typeof error.members.action === 'string' ? (
          <>
            It needs the permission <code className="font-mono text-xs">{error.members.action}</code>, which
            your role or clearance does not give.
          </>
        ) : (
          'Your role or clearance does not allow it.'
        )}{' '}
        An owner can change that, under Operators or by a policy.
      </Empty>
    );
  }
  async function again() {
    setBusy(true);
    await Promise.resolve(retry()).catch(() => undefined);
    setBusy(false);
  }
  return (
    <div role="alert">
      <Empty
        icon={CloudOff}
        title={`Loading ${what} failed${since > 0 ? ` at ${formatClock(since)}` : ''}`}
        action={
          <Button busy={busy} onClick={() => void again()}>
            Try again
          </Button>
        }
      >
        {problemText(error)}
      </Empty>
    </div>
  );
}
