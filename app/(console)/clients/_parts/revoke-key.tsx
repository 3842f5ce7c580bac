'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { IngestKey } from '../../../../lib/contract/console.ts';
import { api } from '../../../_session/api.ts';
import { Confirm } from '../../../_ui/confirm.tsx';
import { ingestKeysKey } from './use-make-key.ts';

interface RevokeKeyProps {
  /** Undefined: closed. */
  ingestKey: IngestKey | undefined;
  onClose: () => void;
}

export function RevokeKey({ ingestKey, onClose }: RevokeKeyProps) {
  const queries = useQueryClient();
  const name = ingestKey?.name ?? '';
  async function revoke() {
    await api({ method: 'DELETE', path: `/api/ingest-keys/${ingestKey?.id}`, subject: `“${name}”` });
    await queries.invalidateQueries({ queryKey: ingestKeysKey });
  }
  return (
    <Confirm
      open={ingestKey !== undefined}
      onClose={onClose}
      title={`Revoke “${name}”?`}
      action="Revoke 1 key"
      done={`“${name}” is revoked: events sent with it are refused.`}
      run={revoke}
    >
      <p>
        The next batch that a service sends with{' '}
        <code className="font-mono text-xs text-ink">{ingestKey?.prefix}…</code> is refused with 401. Until
        that service has another key, Tidegate is blind to it: its callers are neither counted nor limited.
      </p>
      <p className="mt-2">
        {ingestKey?.lastUsedAt === undefined
          ? 'This key was never used.'
          : Date.now() - ingestKey.lastUsedAt < 15 * 60_000
            ? 'This key was used in the last 15 minutes: a service depends on it now.'
            : 'This key was not used in the last 15 minutes.'}{' '}
        Revoking cannot be undone.
      </p>
    </Confirm>
  );
}
