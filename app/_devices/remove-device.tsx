'use client';

/** Ends a passkey, one's own or another operator's; says whose, and what ends with it. */

import { useQueryClient } from '@tanstack/react-query';
import type { Device } from '../../lib/contract/account.ts';
import { api } from '../_session/api.ts';
import { Confirm } from '../_ui/confirm.tsx';
import { formatCount } from '../_ui/format.ts';
import { plural } from '../_ui/words.ts';

interface RemoveDeviceProps {
  device: Device | undefined;
  /** Whose it is; left out for one's own. */
  owner?: string;
  onClose: () => void;
}

export function RemoveDevice({ device, owner, onClose }: RemoveDeviceProps) {
  const queries = useQueryClient();
  const { id = '', name = '', sessions = 0, current = false } = device ?? {};
  const counted = `${formatCount(sessions)} ${plural(sessions, 'session')}`;
  async function remove() {
    const path = owner === undefined ? '/api/devices' : '/api/operator-devices';
    const subject = owner === undefined ? `“${name}”` : `“${name}” of ${owner}`;
    await api({ method: 'DELETE', path: `${path}/${id}`, subject });
    const refreshed = queries.invalidateQueries();
    // With one's own session gone there is nobody left to ask.
    if (!current) await refreshed;
  }
  return (
    <Confirm
      open={device !== undefined}
      onClose={onClose}
      title={owner === undefined ? `Remove “${name}”?` : `Remove “${name}” of ${owner}?`}
      action={sessions === 0 ? 'Remove 1 passkey' : `Remove 1 passkey, end ${counted}`}
      done={`“${name}” is removed${sessions === 0 ? '.' : `; ${counted} ended.`}`}
      run={remove}
    >
      <p>
        Nobody can sign in with it any more.{' '}
        {sessions === 0 ? 'No live session was opened with it.' : `It opened ${counted}: cut off at once.`}
      </p>
      {current && (
        <p className="mt-2 font-medium text-ink">
          This session is among them: you will have to sign in again, with another passkey.
        </p>
      )}
      <p className="mt-2">This cannot be undone; the same device can be added again as a new passkey.</p>
    </Confirm>
  );
}
