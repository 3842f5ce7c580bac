'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { CallerAccount } from '../../../../lib/contract/oauth.ts';
import { api } from '../../../_session/api.ts';
import { Confirm } from '../../../_ui/confirm.tsx';

export const callersKey = ['callers'];

export interface StandingWish {
  caller: CallerAccount;
  enable: boolean;
}

interface PersonStandingProps {
  /** Undefined: closed. */
  wish: StandingWish | undefined;
  onClose: () => void;
}

/** Disabling an account, and enabling it again. */
export function PersonStanding({ wish, onClose }: PersonStandingProps) {
  const queries = useQueryClient();
  const name = wish?.caller.name ?? '';
  const isEnabling = wish?.enable === true;
  async function change() {
    const path = `/api/callers/${wish?.caller.id}/${isEnabling ? 'enable' : 'disable'}`;
    await api({ method: 'POST', path, subject: `“${name}”` });
    await queries.invalidateQueries({ queryKey: callersKey });
  }
  return (
    <Confirm
      open={wish !== undefined}
      onClose={onClose}
      title={`${isEnabling ? 'Enable' : 'Disable'} ${name}?`}
      action={`${isEnabling ? 'Enable' : 'Disable'} 1 account`}
      done={isEnabling ? `${name} can sign in again.` : `${name} is disabled: every session and link ended.`}
      run={change}
    >
      {isEnabling
        ? 'The passkeys work again. Sessions that ended stay ended: the person signs in anew.'
        : 'Every session of this person ends at once, in every client, and open links are void. Nobody else is touched. You can enable the account again.'}
    </Confirm>
  );
}
