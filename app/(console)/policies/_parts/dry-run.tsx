'use client';

import { FlaskConical } from 'lucide-react';
import type { PolicyDryRun, PolicyText } from '../../../../lib/contract/policies.ts';
import { Button } from '../../../_ui/button.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Empty, Failing, Skeleton } from '../../../_ui/states.tsx';
import { Moment } from '../../../_ui/time.tsx';
import { plural } from '../../../_ui/words.ts';
import { DryRunChanges } from './dry-run-changes.tsx';
import { useDryRun } from './use-policies.ts';

interface DryRunProps {
  /** The text that was tried; undefined before. */
  policies: PolicyText[] | undefined;
  /** The draft has changed since. */
  isOutdated: boolean;
  onTry: () => void;
}

/** What the draft would have answered otherwise to the requests of the last day. */
export function DryRun({ policies, isOutdated, onTry }: DryRunProps) {
  const { data, error, isError, errorUpdatedAt, refetch } = useDryRun(policies);
  return (
    <Panel
      title="What would change"
      note="tried on the requests of the last day"
      actions={
        isOutdated && (
          <Button size="sm" look="quiet" icon={FlaskConical} onClick={onTry}>
            Try again
          </Button>
        )
      }
    >
      {policies === undefined ? (
        <Empty
          icon={FlaskConical}
          title="Not tried yet"
          action={<Button onClick={onTry}>Try on the last day</Button>}
        >
          Tidegate decides the last day's requests again by the draft, and shows whose answer would be
          another.
        </Empty>
      ) : isError ? (
        <Failing what="what would change" error={error} since={errorUpdatedAt} retry={refetch} />
      ) : data === undefined ? (
        <div role="status" aria-label="Trying the draft" className="flex flex-col gap-3 p-4">
          <Skeleton className="h-5 w-72" />
          <Skeleton className="h-24" />
        </div>
      ) : (
        <div className={isOutdated ? 'opacity-60' : undefined}>
          <p role="status" className="px-4 py-3">
            {isOutdated && 'Before your last edits: '}
            <DryRunSentence dryRun={data} />
          </p>
          <DryRunChanges changes={data.changes} />
        </div>
      )}
    </Panel>
  );
}

export function DryRunSentence({ dryRun }: { dryRun: PolicyDryRun }) {
  const { verdict, requests, changedRequests, sinceAt } = dryRun;
  if (verdict.mistakes.length > 0) return 'It has mistakes, so it could not be tried.';
  if (requests === 0) return 'No request was recorded in the last day, so nothing can be told.';
  return (
    <>
      {changedRequests === 0 ? (
        <strong className="font-medium">Nothing would change</strong>
      ) : (
        <strong className="font-medium">
          {formatCount(changedRequests)} {plural(changedRequests, 'request')} would be answered otherwise
        </strong>
      )}
      , of {formatCount(requests)} since <Moment at={sinceAt} />.
    </>
  );
}
