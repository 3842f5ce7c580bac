'use client';

/** Keeping an operator out, and letting one in again. Nothing of theirs is deleted. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { OperatorAccount } from '../../../../lib/contract/operators.ts';
import { api } from '../../../_session/api.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { plural } from '../../../_ui/words.ts';

interface OperatorStandingProps {
  operator: OperatorAccount;
  isSelf: boolean;
}

export function OperatorStanding({ operator, isSelf }: OperatorStandingProps) {
  const { id, name, disabledAt, sessions, devices } = operator;
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const isDisabled = disabledAt !== undefined;
  const verb = isDisabled ? 'enable' : 'disable';
  const counted = `${formatCount(sessions)} ${plural(sessions, 'session')}`;
  async function change() {
    await api({ method: 'POST', path: `/api/operators/${id}/${verb}`, subject: name });
    // Not awaited: who disabled the own account has nobody left to ask.
    void queries.invalidateQueries();
  }
  return (
    <Panel title={isDisabled ? 'Let in again' : 'Keep out'}>
      <div className="flex flex-col items-start gap-3 p-4">
        <p className="text-ink-2">
          {isDisabled
            ? `${name} cannot sign in. Passkeys and rights are kept, and count again once the account is enabled.`
            : 'Disabling ends every session at once and refuses every sign-in. Nothing is deleted.'}
        </p>
        <Button className="max-w-full" onClick={() => setAsking(true)}>
          <span className="truncate">{isDisabled ? `Enable ${name}` : `Disable ${name}`}</span>
        </Button>
      </div>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title={`${isDisabled ? 'Enable' : 'Disable'} ${name}?`}
        action={
          isDisabled ? 'Enable 1 operator' : `Disable 1 operator${sessions === 0 ? '' : `, end ${counted}`}`
        }
        done={isDisabled ? `${name} may sign in again.` : `${name} is kept out; ${counted} ended.`}
        run={change}
      >
        {isDisabled ? (
          <p>
            {name} may sign in again with {formatCount(devices)} {plural(devices, 'passkey')}, with the same
            rights as before. Sessions that were ended stay ended.
          </p>
        ) : (
          <>
            <p>
              {counted} of {name} {sessions === 1 ? 'ends' : 'end'} at once, on pages that are open now too,
              and no passkey of theirs signs in any more. What they made stays. You can enable the account
              again.
            </p>
            {isSelf && (
              <p className="mt-2 font-medium text-ink">
                This is your own account: you will be signed out, and only another owner can let you in again.
              </p>
            )}
          </>
        )}
      </Confirm>
    </Panel>
  );
}
