'use client';

/** One-time codes for the day when every passkey is lost. They are seen once, here, and then never again. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecoveryCodes as Codes, RecoveryState } from '../../../../lib/contract/account.ts';
import { accountEveryMs } from '../../../_devices/use-my-devices.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { askingEvery } from '../../../_ui/asking-every.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Failing, Skeleton } from '../../../_ui/states.tsx';
import { Moment } from '../../../_ui/time.tsx';
import { plural } from '../../../_ui/words.ts';
import { NewCodes } from './new-codes.tsx';

const stateKey = ['recovery'];
/** With so few left it is time for new ones. */
const fewCodes = 3;

export function RecoveryCodes() {
  const [made, setMade] = useState<Codes>();
  const { data, error, isError, errorUpdatedAt, refetch } = useQuery({
    queryKey: stateKey,
    queryFn: ({ signal }) => api<RecoveryState>({ path: '/api/recovery', signal }),
    refetchInterval: askingEvery(accountEveryMs),
  });
  return (
    <Panel title="Recovery codes" note={data && !made && codesLeftText(data)}>
      {made ? (
        <NewCodes made={made} onDone={() => setMade(undefined)} />
      ) : data ? (
        <MakeCodes state={data} onMade={setMade} />
      ) : isError ? (
        <Failing what="your recovery codes" error={error} since={errorUpdatedAt} retry={refetch} />
      ) : (
        <div role="status" aria-label="Loading your recovery codes" className="flex flex-col gap-3 p-4">
          <Skeleton className="h-10" />
          <Skeleton className="h-8 w-32" />
        </div>
      )}
    </Panel>
  );
}

function codesLeftText({ codesLeft }: RecoveryState): string {
  return codesLeft === 0 ? 'none left' : `${formatCount(codesLeft)} unused`;
}

function MakeCodes({ state, onMade }: { state: RecoveryState; onMade: (made: Codes) => void }) {
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => api<Codes>({ method: 'POST', path: '/api/recovery/codes', body: {} }),
    onSuccess: async (made) => {
      onMade(made);
      await queries.invalidateQueries({ queryKey: stateKey });
    },
  });
  const { codesLeft, codesCreatedAt } = state;
  const hasCodes = codesLeft > 0;
  return (
    <div className="flex flex-col items-start gap-3 p-4">
      <p className="text-ink-2">
        {hasCodes ? (
          <>
            {formatCount(codesLeft)} {plural(codesLeft, 'code')} made{' '}
            {codesCreatedAt !== undefined && <Moment at={codesCreatedAt} />} can each be used once to make a
            new passkey. {codesLeft <= fewCodes && 'Make new ones before they run out.'}
          </>
        ) : (
          'When every passkey is lost, a code gets you back in: each can be used once to make a new passkey, and does nothing else. Print them, or keep them where your passkeys are not.'
        )}
      </p>
      <Button
        look={hasCodes ? 'plain' : 'primary'}
        busy={make.isPending}
        onClick={() => (hasCodes ? setAsking(true) : make.mutate())}
      >
        {hasCodes ? 'Make 10 new codes' : 'Make 10 codes'}
      </Button>
      {make.isError && !isAsking && (
        <p role="alert" className="text-xs text-deny">
          Not made: {problemText(make.error)}
        </p>
      )}
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title="Make new recovery codes?"
        action={`Make 10 codes, void ${formatCount(codesLeft)}`}
        done="The old codes are void. Store the new ones now."
        run={() => make.mutateAsync()}
      >
        {codesLeft === 1 ? 'The unused code stops' : `The ${formatCount(codesLeft)} unused codes stop`}{' '}
        working at once, wherever you keep {codesLeft === 1 ? 'it' : 'them'}.
      </Confirm>
    </div>
  );
}
