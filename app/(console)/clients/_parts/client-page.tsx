'use client';

/** One client: its secrets, what it may do, and its end. */

import { useQueryClient } from '@tanstack/react-query';
import { ShieldX } from 'lucide-react';
import { useState } from 'react';
import type { OAuthClient } from '../../../../lib/contract/oauth.ts';
import { api } from '../../../_session/api.ts';
import { useMay } from '../../../_session/use-me.ts';
import { AbsentPage } from '../../../_ui/absent-page.tsx';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { CopyButton } from '../../../_ui/copy-button.tsx';
import { Crumb } from '../../../_ui/crumb.tsx';
import { Page, Panel } from '../../../_ui/panel.tsx';
import { ClientFacts } from './client-facts.tsx';
import { ClientSecrets } from './client-secrets.tsx';
import { HowToUse } from './how-to-use.tsx';
import { clientsKey, useClients } from './use-clients.ts';

const list = { href: '/clients', name: 'Clients' };

export function ClientPage({ id }: { id: string }) {
  const query = useClients();
  const client = query.data?.items.find((item) => item.id === id);
  if (client !== undefined) return <LoadedClient client={client} />;
  return (
    <AbsentPage noun="client" list={list} query={query}>
      The link is not complete, or leads to another installation.
    </AbsentPage>
  );
}

function LoadedClient({ client }: { client: OAuthClient }) {
  const [isRevoking, setRevoking] = useState(false);
  const may = useMay();
  const isRevoked = client.revokedAt !== undefined;
  return (
    <Page
      title={
        <>
          <Crumb {...list} />
          <span className="mt-1 block">{client.name}</span>
        </>
      }
      actions={
        <>
          <CopyButton text={client.id} label="Copy its id" />
          {client.kind !== 'resource' && (
            <ButtonLink href={`/tokens?client=${encodeURIComponent(client.id)}`}>Its sessions</ButtonLink>
          )}
          {!isRevoked && may('client.revoke') && (
            <Button look="strong" icon={ShieldX} onClick={() => setRevoking(true)}>
              Revoke the client
            </Button>
          )}
        </>
      }
    >
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <ClientSecrets client={client} />
          {!isRevoked && (
            <Panel title="How to use it">
              <div className="flex flex-col gap-3 p-4">
                <HowToUse client={client} />
              </div>
            </Panel>
          )}
        </div>
        <Panel title="What it may do">
          <ClientFacts client={client} />
        </Panel>
      </div>
      <RevokeClient client={client} open={isRevoking} onClose={() => setRevoking(false)} />
    </Page>
  );
}

function RevokeClient(props: { client: OAuthClient; open: boolean; onClose: () => void }) {
  const { client, open, onClose } = props;
  const queries = useQueryClient();
  async function revoke() {
    await api({ method: 'DELETE', path: `/api/clients/${client.id}`, subject: `“${client.name}”` });
    await queries.invalidateQueries({ queryKey: clientsKey });
  }
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={`Revoke “${client.name}”?`}
      action="Revoke 1 client"
      done={`“${client.name}” is revoked: it and its tokens are refused everywhere.`}
      run={revoke}
    >
      <p>
        {client.kind === 'resource'
          ? 'Its questions about tokens are refused from now on, and with them every caller that it cannot check by itself.'
          : 'It gets no token any more, and every token that it ever got ends at once, those of people who signed in through it included.'}{' '}
        This cannot be undone.
      </p>
    </Confirm>
  );
}
