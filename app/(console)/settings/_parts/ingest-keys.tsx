'use client';

/** Ingest keys: what services sign their events with. A secret is seen once, here, and then never again. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { IngestKey, IngestKeyCreated, Page } from '../../../../lib/contract/console.ts';
import { api } from '../../../_session/api.ts';
import { Confirm } from '../../../_ui/confirm.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Empty, Failing, SkeletonRows } from '../../../_ui/states.tsx';
import { plural } from '../../../_ui/words.ts';
import { IngestKeyRow } from './ingest-key-row.tsx';
import { KeyForm } from './key-form.tsx';
import { NewSecret } from './new-secret.tsx';

export function IngestKeys() {
  const [made, setMade] = useState<IngestKeyCreated>();
  const [revoking, setRevoking] = useState<IngestKey>();
  const [isAllShown, showAll] = useState(false);
  const queries = useQueryClient();
  const { data, error, isError, errorUpdatedAt, refetch } = useQuery({
    queryKey: ['ingest-keys'],
    queryFn: ({ signal }) => api<Page<IngestKey>>({ path: '/api/ingest-keys', signal }),
    // The first use of a new key is what its maker waits for.
    refetchInterval: 5_000,
  });
  const live = data?.items.filter(({ revokedAt }) => revokedAt === undefined);
  const revoked = data?.items.filter(({ revokedAt }) => revokedAt !== undefined) ?? [];
  async function take(created: IngestKeyCreated) {
    setMade(created);
    await queries.invalidateQueries({ queryKey: ['ingest-keys'] });
  }
  return (
    <Panel title="Ingest keys" note={live && `${formatCount(live.length)} in use`}>
      {made ? (
        <NewSecret made={made} onDone={() => setMade(undefined)} />
      ) : (
        <KeyForm onMade={(created) => void take(created)} />
      )}
      {live === undefined ? (
        isError ? (
          <Failing what="ingest keys" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : (
          <SkeletonRows rows={3} label="Loading ingest keys" />
        )
      ) : live.length === 0 ? (
        <Empty icon={KeyRound} title="No key is in use">
          Nothing can be reported without one. Make the first key above.
        </Empty>
      ) : (
        <ul>
          {[...live, ...(isAllShown ? revoked : [])].map((key) => (
            <IngestKeyRow key={key.id} ingestKey={key} onRevoke={() => setRevoking(key)} />
          ))}
        </ul>
      )}
      {revoked.length > 0 && (
        <button
          type="button"
          aria-expanded={isAllShown}
          onClick={() => showAll(!isAllShown)}
          className="h-9 rounded-b-lg border-t border-line px-4 text-left text-xs text-ink-2 hover:bg-hover hover:text-ink"
        >
          {isAllShown ? 'Hide' : 'Show'} {formatCount(revoked.length)} revoked {plural(revoked.length, 'key')}
        </button>
      )}
      <Revoke ingestKey={revoking} onClose={() => setRevoking(undefined)} />
    </Panel>
  );
}

function Revoke({ ingestKey, onClose }: { ingestKey: IngestKey | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const name = ingestKey?.name ?? '';
  async function revoke() {
    await api({ method: 'DELETE', path: `/api/ingest-keys/${ingestKey?.id}` });
    await queries.invalidateQueries({ queryKey: ['ingest-keys'] });
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
