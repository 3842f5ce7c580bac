'use client';

/** Putting a text in force, new or old: first what it changes, then why, then the passkey. */

import { useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { type PolicyText, type PolicyVersion, policyLimits } from '../../../../lib/contract/policies.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { Confirm } from '../../../_ui/confirm.tsx';
import { Field, Input } from '../../../_ui/field.tsx';
import { Skeleton } from '../../../_ui/states.tsx';
import { DryRunSentence } from './dry-run.tsx';
import { DryRunChanges } from './dry-run-changes.tsx';
import { policiesKey, useDryRun } from './use-policies.ts';

export type PolicyPublish = { policies: PolicyText[]; basedOn: number } & (
  | { kind: 'publish' }
  | { kind: 'restore'; version: number }
);

interface PublishDialogProps {
  /** Undefined: closed. */
  change: PolicyPublish | undefined;
  onClose: () => void;
  onDone?: () => void;
}

const shownChanges = 5;

export function PublishDialog({ change, onClose, onDone }: PublishDialogProps) {
  const [comment, setComment] = useState('');
  const queries = useQueryClient();
  const dryRun = useDryRun(change?.policies);
  const mistakes = dryRun.data?.verdict.mistakes ?? [];
  const isRestoring = change?.kind === 'restore';
  const next = (change?.basedOn ?? 0) + 1;
  async function publish() {
    if (change === undefined) return;
    const about = { comment: comment.trim(), basedOn: change.basedOn };
    try {
      await (change.kind === 'restore'
        ? api<PolicyVersion>({
            ...{ method: 'POST', path: '/api/policies/restore', subject: `of version ${change.version}` },
            body: { version: change.version, ...about },
          })
        : api<PolicyVersion>({
            ...{ method: 'POST', path: '/api/policies', subject: `as version ${next}` },
            body: { policies: change.policies, ...about },
          }));
    } finally {
      // Refused because somebody else came first: then what is in force has changed too.
      await queries.invalidateQueries({ queryKey: policiesKey });
    }
    setComment('');
    onDone?.();
  }
  return (
    <Confirm
      open={change !== undefined}
      onClose={onClose}
      title={isRestoring ? `Roll back to version ${change.version}?` : `Publish version ${next}?`}
      action={isRestoring ? `Roll back to version ${change.version}` : `Publish version ${next}`}
      done={`Version ${next} is in force, for the next request and for every open page.`}
      disabled={dryRun.isPending || mistakes.length > 0 || comment.trim() === ''}
      run={publish}
    >
      <div className="flex flex-col gap-4">
        {dryRun.isError ? (
          <p className="flex items-start gap-2 text-ink">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
            What it changes could not be tried: {problemText(dryRun.error)}
          </p>
        ) : dryRun.data === undefined ? (
          <div role="status" aria-label="Trying it on the last day">
            <Skeleton className="h-5 w-80 max-w-full" />
          </div>
        ) : (
          <div className="overflow-hidden rounded-md border border-line">
            <p className="px-4 py-2.5 text-ink">
              <DryRunSentence dryRun={dryRun.data} />
            </p>
            <DryRunChanges changes={dryRun.data.changes} max={shownChanges} />
          </div>
        )}
        {mistakes.map(({ message }) => (
          <p key={message} role="alert" className="text-deny">
            {message}
          </p>
        ))}
        <Field label="Why" hint="Kept with the version; whoever looks for a change later will read it.">
          <Input
            required
            maxLength={policyLimits.commentCharsMax}
            value={comment}
            autoComplete="off"
            placeholder={
              isRestoring ? 'The night shift could not lift throttles' : 'Support may lift throttles'
            }
            onChange={({ target }) => setComment(target.value)}
          />
        </Field>
        <p>
          It decides every request from then on, and pages that are open now are looked at again.
          {isRestoring ? ' It becomes a new version; nothing is deleted.' : ' You can roll back at any time.'}
        </p>
      </div>
    </Confirm>
  );
}
