'use client';

/** Whether anybody changed or removed entries: the whole chain is read and compared with what is noted elsewhere. */

import { useMutation } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import type { AuditVerification as Verdict } from '../../../../lib/contract/audit.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { Button } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import { formatCount } from '../../../_ui/format.ts';
import { toast } from '../../../_ui/toast.tsx';
import { plural } from '../../../_ui/words.ts';

export function useVerification() {
  return useMutation({
    mutationFn: () => api<Verdict>({ path: '/api/audit/verification' }),
    onError: (error) => toast({ text: `Not checked: ${problemText(error)}`, failing: true }),
  });
}

export function VerifyButton({ check }: { check: ReturnType<typeof useVerification> }) {
  return (
    <Button icon={ShieldCheck} busy={check.isPending} onClick={() => check.mutate()}>
      Check the chain
    </Button>
  );
}

export function VerdictLine({ verdict }: { verdict: Verdict }) {
  const { entries, brokenAtSeq, problem, anchorSeq } = verdict;
  const isWhole = brokenAtSeq === undefined;
  const Icon = isWhole ? ShieldCheck : ShieldAlert;
  return (
    <div
      role={isWhole ? 'status' : 'alert'}
      className={cx(
        'flex items-start gap-2 rounded-lg border px-4 py-2.5',
        isWhole ? 'border-line bg-panel' : 'border-deny bg-deny-soft',
      )}
    >
      <Icon
        aria-hidden
        className={cx('mt-0.5 size-4 shrink-0', isWhole ? 'text-accent' : 'text-deny')}
        strokeWidth={1.75}
      />
      {isWhole ? (
        <p>
          <span className="font-medium">
            The chain is whole: {formatCount(entries)} {plural(entries, 'entry', 'entries')}, none changed,
            none missing.
          </span>{' '}
          <span className="text-ink-2">
            {anchorSeq === undefined
              ? 'Its end is not noted outside the database yet.'
              : `Its end is noted outside the database too, up to entry ${formatCount(anchorSeq)}.`}
          </span>
        </p>
      ) : (
        <p>
          <span className="font-medium text-deny">
            The chain is broken at entry {formatCount(brokenAtSeq)}.
          </span>{' '}
          {problem} Take the export and the backups of the database to whoever looks into it, before anything
          is restored.
        </p>
      )}
    </div>
  );
}
