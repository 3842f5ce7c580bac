'use client';

/** How Tidegate judges, for everything at once. Nothing changes before it was said in words and confirmed. */

import { useState } from 'react';
import type { DetectionSettings } from '../../../../lib/contract/exception.ts';
import { May, NotYours } from '../../../_session/may.tsx';
import { useChangeDetection, useDetection } from '../../../_settings/use-detection.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Failing, Skeleton } from '../../../_ui/states.tsx';
import { describeChanges, type GlobalSettings } from './detection-changes.ts';
import { BaseLimitField, FalseAlarmBudgetField, SensitivityField } from './detection-fields.tsx';
import { ModeChoice } from './mode-choice.tsx';

export function Detection() {
  const { data, error, isError, errorUpdatedAt, refetch } = useDetection();
  return (
    <Panel title="Detection" note="everywhere, unless an endpoint has its own mode">
      {data ? (
        <DetectionForm stored={data} />
      ) : isError ? (
        <Failing what="detection settings" error={error} since={errorUpdatedAt} retry={refetch} />
      ) : (
        <div role="status" aria-label="Loading detection settings" className="flex flex-col gap-5 p-4">
          <Skeleton className="h-34" />
          <Skeleton className="h-20" />
          <Skeleton className="h-24" />
          <Skeleton className="h-8 w-40" />
        </div>
      )}
    </Panel>
  );
}

/** Holds only what was touched: the rest follows what is stored, whoever changes it. */
function DetectionForm({ stored }: { stored: DetectionSettings }) {
  const [touched, setTouched] = useState<Partial<GlobalSettings>>({});
  const [isAsking, setAsking] = useState(false);
  const change = useChangeDetection();
  const draft = {
    mode: stored.mode,
    baseLimit: stored.baseLimit,
    sensitivity: stored.sensitivity,
    falseAlarmBudget: stored.falseAlarmBudget,
    ...touched,
  };
  const changes = describeChanges(stored, draft);
  const isValid = isInRange(draft);
  const edit = (next: Partial<GlobalSettings>) => setTouched({ ...touched, ...next });
  return (
    <form
      className="flex flex-col gap-5 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        setAsking(true);
      }}
    >
      <ModeChoice value={draft.mode} onChange={(mode) => edit({ mode })} />
      <BaseLimitField value={draft.baseLimit} onChange={(baseLimit) => edit({ baseLimit })} />
      <SensitivityField value={draft.sensitivity} onChange={(sensitivity) => edit({ sensitivity })} />
      <FalseAlarmBudgetField
        value={draft.falseAlarmBudget}
        onChange={(falseAlarmBudget) => edit({ falseAlarmBudget })}
      />
      <div className="flex items-center gap-2">
        <May
          action="settings.update"
          otherwise={<NotYours what="Changing detection" action="settings.update" />}
        >
          <Button type="submit" look="primary" disabled={changes.length === 0 || !isValid}>
            Review and save
          </Button>
        </May>
        {changes.length > 0 && (
          <Button look="quiet" onClick={() => setTouched({})}>
            Discard
          </Button>
        )}
      </div>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title="Change how Tidegate judges?"
        action={`Save ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`}
        done="Saved. Every enforcement point follows at once."
        run={async () => {
          await change(touched);
          setTouched({});
        }}
      >
        <ul className="flex flex-col gap-3">
          {changes.map(({ what, before, after, meaning }) => (
            <li key={what}>
              <p className="text-ink">
                {what}: {before} → <strong className="font-semibold">{after}</strong>
              </p>
              <p>{meaning}</p>
            </li>
          ))}
        </ul>
        <p className="mt-3">The old values are kept in the audit log; you can set them again.</p>
      </Confirm>
    </form>
  );
}

function isInRange({ baseLimit, sensitivity, falseAlarmBudget }: GlobalSettings): boolean {
  const isWithin = (value: number, min: number, max: number) => value >= min && value <= max;
  return (
    isWithin(baseLimit, 1, 1_000_000) && isWithin(sensitivity, 1, 100) && isWithin(falseAlarmBudget, 0.5, 50)
  );
}
