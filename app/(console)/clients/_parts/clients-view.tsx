'use client';

/** Who and what may get tokens or report events: clients, the people who sign in through them, and ingest keys. */

import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useGo } from '../../../_live/go.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button } from '../../../_ui/button.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { Segmented } from '../../../_ui/segmented.tsx';
import { Skeleton } from '../../../_ui/states.tsx';
import { ClientList } from './client-list.tsx';

const People = dynamic(() => import('./people.tsx'), {
  ssr: false,
  loading: () => <Skeleton className="h-96 max-w-4xl rounded-lg" />,
});

const IngestKeys = dynamic(() => import('./ingest-keys.tsx'), {
  ssr: false,
  loading: () => <Skeleton className="h-96 max-w-4xl rounded-lg" />,
});

const tabs = ['clients', 'people', 'keys'] as const;
const tab = parseAsStringLiteral(tabs).withDefault('clients');

const notes: Record<(typeof tabs)[number], string> = {
  clients: 'Programs and apps that get tokens from Tidegate.',
  people: 'Those who sign in through your clients, with a passkey.',
  keys: 'What your services sign their events with.',
};

export function ClientsView() {
  const [shown, show] = useQueryState('tab', tab);
  const go = useGo();
  const may = useMay();
  return (
    <Page
      title="Clients and keys"
      note={<span className="max-lg:hidden">{notes[shown]}</span>}
      actions={
        <>
          <Segmented
            label="What to show"
            value={shown}
            onChange={(next) => void show(next)}
            options={[
              { value: 'clients', label: 'Clients' },
              { value: 'people', label: 'People' },
              { value: 'keys', label: 'Ingest keys' },
            ]}
          />
          {shown === 'clients' && may('client.create') && (
            <Button look="primary" icon={Plus} onClick={() => go('/clients/new')}>
              New client
            </Button>
          )}
        </>
      }
    >
      {shown === 'clients' ? <ClientList /> : shown === 'people' ? <People /> : <IngestKeys />}
    </Page>
  );
}
