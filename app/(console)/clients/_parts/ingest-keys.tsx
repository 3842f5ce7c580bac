'use client';

/**
 * Ingest keys: what services sign their events with. A secret is seen once, here, and then never again. A key is
 * rotated by a second one with its name: both work until the older is revoked.
 */

import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { IngestKey, IngestKeyCreated, Page } from '../../../../lib/contract/console.ts';
import { api } from '../../../_session/api.ts';
import { May, NotYours } from '../../../_session/may.tsx';
import { useMay } from '../../../_session/use-me.ts';
import { askingEvery } from '../../../_ui/asking-every.ts';
import { formatCount } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Snippet } from '../../../_ui/snippet.tsx';
import { curlSnippet } from '../../../_ui/snippets.ts';
import { Empty, Failing, SkeletonRows } from '../../../_ui/states.tsx';
import { plural } from '../../../_ui/words.ts';
import { IngestKeyRow } from './ingest-key-row.tsx';
import { KeyForm } from './key-form.tsx';
import { hasEnded, successorDraft, successorOf } from './key-rotation.ts';
import { NewSecret } from './new-secret.tsx';
import { RevokeKey } from './revoke-key.tsx';
import { ingestKeysKey, useMakeKey } from './use-make-key.ts';

export default function IngestKeys() {
  const [revoking, setRevoking] = useState<IngestKey>();
  const [isAllShown, showAll] = useState(false);
  const make = useMakeKey();
  const may = useMay();
  const { data, dataUpdatedAt, error, isError, errorUpdatedAt, refetch } = useQuery({
    queryKey: ingestKeysKey,
    queryFn: ({ signal }) => api<Page<IngestKey>>({ path: '/api/ingest-keys', signal }),
    // The first use of a new key is what its maker waits for.
    refetchInterval: askingEvery(5_000),
  });
  const live = data?.items.filter((key) => !hasEnded(key, dataUpdatedAt));
  const ended = data?.items.filter((key) => hasEnded(key, dataUpdatedAt)) ?? [];
  return (
    <Panel
      title="Ingest keys"
      note={live && `${formatCount(live.length)} in use`}
      className="w-full max-w-4xl"
    >
      {make.data ? (
        <MadeKey made={make.data} live={live ?? []} onDone={make.reset} />
      ) : (
        <May
          action="ingest_key.create"
          otherwise={
            <div className="border-b border-line p-4">
              <NotYours what="Making a key" action="ingest_key.create" />
            </div>
          }
        >
          <KeyForm make={make} />
        </May>
      )}
      {live === undefined ? (
        isError ? (
          <Failing what="ingest keys" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : (
          <SkeletonRows rows={3} label="Loading ingest keys" />
        )
      ) : live.length === 0 ? (
        <Empty icon={KeyRound} title="No key is in use">
          Nothing can be reported without one.
        </Empty>
      ) : (
        <ul>
          {[...live, ...(isAllShown ? ended : [])].map((key) => (
            <IngestKeyRow
              key={key.id}
              ingestKey={key}
              successor={successorOf(key, live)}
              isExpired={key.revokedAt === undefined && ended.includes(key)}
              onRotate={
                make.data === undefined && may('ingest_key.create')
                  ? () => make.mutate(successorDraft(key))
                  : undefined
              }
              onRevoke={may('ingest_key.revoke') ? () => setRevoking(key) : undefined}
            />
          ))}
        </ul>
      )}
      {ended.length > 0 && (
        <button
          type="button"
          aria-expanded={isAllShown}
          onClick={() => showAll(!isAllShown)}
          className="h-9 rounded-b-lg border-t border-line px-4 text-left text-xs text-ink-2 hover:bg-hover hover:text-ink"
        >
          {isAllShown ? 'Hide' : 'Show'} {formatCount(ended.length)} {plural(ended.length, 'key')} that ended
        </button>
      )}
      <RevokeKey ingestKey={revoking} onClose={() => setRevoking(undefined)} />
    </Panel>
  );
}

function MadeKey({ made, live, onDone }: { made: IngestKeyCreated; live: IngestKey[]; onDone: () => void }) {
  const { key, secret } = made;
  const isRotation = live.some(({ id, name }) => id !== key.id && name === key.name);
  return (
    <NewSecret name={key.name} secret={secret} onDone={onDone}>
      {isRotation && (
        <p className="text-ink-2">
          The older key of “{key.name}” works too. Give the service this one, wait until it was used, then
          revoke the older.
        </p>
      )}
      <Snippet name="Send one event with it" text={curlSnippet(window.location.origin, secret)} />
    </NewSecret>
  );
}
