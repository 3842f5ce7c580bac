'use client';

/** Whether Tidegate acts on this endpoint: as everywhere, or in its own way. */

import { useState } from 'react';
import type { Mode } from '../../../../lib/contract/decision.ts';
import { May } from '../../../_session/may.tsx';
import { modeMeanings, modeNames } from '../../../_settings/mode-words.ts';
import { useChangeDetection, useDetection } from '../../../_settings/use-detection.ts';
import { Confirm } from '../../../_ui/confirm.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Segmented } from '../../../_ui/segmented.tsx';
import { Failing, Skeleton } from '../../../_ui/states.tsx';

type Choice = Mode | 'global';

export function EndpointMode({ endpoint }: { endpoint: string }) {
  const { data, error, isError, errorUpdatedAt, refetch } = useDetection();
  const change = useChangeDetection();
  const [asked, setAsked] = useState<Choice>();
  const own = data?.modeByEndpoint[endpoint];
  const modeOf = (choice: Choice | undefined) =>
    choice === undefined || choice === 'global' ? data?.mode : choice;
  const mode = own ?? data?.mode;
  const next = modeOf(asked);
  return (
    <Panel title="Mode">
      <div className="flex flex-col gap-3 p-4">
        {mode ? (
          <>
            <May action="settings.update">
              <div className="flex">
                <Segmented<Choice>
                  label="Mode of this endpoint"
                  value={own ?? 'global'}
                  onChange={setAsked}
                  options={[
                    { value: 'global', label: 'As everywhere' },
                    { value: 'enforce', label: modeNames.enforce },
                    { value: 'shadow', label: modeNames.shadow },
                  ]}
                />
              </div>
            </May>
            <p className="min-h-10 text-ink-2">
              {own === undefined && `${modeNames[mode]}. `}
              {modeMeanings[mode]}
            </p>
          </>
        ) : isError ? (
          <Failing what="the mode" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : (
          <>
            <Skeleton className="h-8" />
            <Skeleton className="h-10" />
          </>
        )}
      </div>
      <Confirm
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={asked === 'global' ? 'Follow the global mode here?' : `${modeNames[next ?? 'enforce']} here?`}
        action={next === 'shadow' ? 'Stop refusing here' : 'Enforce here'}
        done={`${endpoint} is now in ${next === 'shadow' ? 'shadow' : 'enforce'} mode.`}
        run={() => change({ modeByEndpoint: { [endpoint]: asked === 'global' ? undefined : asked } })}
      >
        <strong className="font-mono text-xs font-medium text-ink wrap-anywhere">{endpoint}</strong>:{' '}
        {next && modeMeanings[next]} This holds for every user and every enforcement point, at once.
      </Confirm>
    </Panel>
  );
}
