'use client';

/** The one or two live secrets of a client: a second one to move to, then the end of the first. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { ClientCreated, ClientSecret, OAuthClient } from '../../../../lib/contract/oauth.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Ago } from '../../../_ui/time.tsx';
import { toast } from '../../../_ui/toast.tsx';
import { NewSecret } from './new-secret.tsx';
import { clientsKey } from './use-clients.ts';

const secretsMax = 2;

export function ClientSecrets({ client }: { client: OAuthClient }) {
  const [revoking, setRevoking] = useState<ClientSecret>();
  const may = useMay();
  const make = useMakeSecret(client);
  const secrets = client.secrets.toSorted((a, b) => b.createdAt - a.createdAt);
  const isRevoked = client.revokedAt !== undefined;
  const canMake = !isRevoked && secrets.length < secretsMax && make.data === undefined;
  if (client.kind === 'public') {
    return (
      <Panel title="Secrets">
        <p className="px-4 py-3 text-ink-2">
          None: an app cannot keep one. Its tokens are bound to a key that it makes for itself.
        </p>
      </Panel>
    );
  }
  return (
    <Panel
      title="Secrets"
      note={isRevoked ? 'ended with the client' : `${secrets.length} of ${secretsMax} in use`}
      actions={
        canMake &&
        may('client.create_secret') && (
          <Button size="sm" look="quiet" icon={RefreshCw} busy={make.isPending} onClick={() => make.mutate()}>
            {secrets.length === 0 ? 'Make a secret' : 'Rotate'}
          </Button>
        )
      }
    >
      {make.data?.secret !== undefined && (
        <NewSecret name={client.name} secret={make.data.secret} onDone={make.reset}>
          {secrets.length > 1 && (
            <p className="text-ink-2">
              The older secret works too. Give the client this one, wait until it was used, then revoke the
              older.
            </p>
          )}
        </NewSecret>
      )}
      {secrets.length === 0 ? (
        <p className="px-4 py-3 text-ink-2">
          {isRevoked
            ? 'No secret of this client works any more.'
            : 'Without a secret it gets no token. Make one.'}
        </p>
      ) : (
        <ul>
          {secrets.map((secret, index) => (
            <SecretRow
              key={secret.id}
              secret={secret}
              successor={secrets[index - 1]}
              onRevoke={may('client.revoke_secret') ? () => setRevoking(secret) : undefined}
            />
          ))}
        </ul>
      )}
      <RevokeSecret client={client} secret={revoking} onClose={() => setRevoking(undefined)} />
    </Panel>
  );
}

function useMakeSecret(client: OAuthClient) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      api<ClientCreated>({
        method: 'POST',
        path: `/api/clients/${client.id}/secrets`,
        subject: `“${client.name}”`,
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: clientsKey }),
    onError: (error) => toast({ text: `Not made: ${problemText(error)}`, failing: true }),
  });
}

interface SecretRowProps {
  secret: ClientSecret;
  /** The newer one, where there are two. */
  successor: ClientSecret | undefined;
  onRevoke: (() => void) | undefined;
}

function SecretRow({ secret, successor, onRevoke }: SecretRowProps) {
  const { prefix, createdAt, createdBy, lastUsedAt } = secret;
  return (
    <li className="flex min-h-14 items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
      <div className="min-w-0 grow">
        <code className="font-mono text-xs">{prefix}…</code>
        <p className="text-xs text-ink-3">
          Made by {createdBy}, <Ago at={createdAt} />
          {' · '}
          {lastUsedAt === undefined ? (
            'never used'
          ) : (
            <>
              used <Ago at={lastUsedAt} />
            </>
          )}
        </p>
        {successor && (
          <p className="text-xs text-ink-2">
            {successor.lastUsedAt === undefined
              ? 'The newer one was not used yet, so keep this one.'
              : 'The newer one is in use: this one can be revoked.'}
          </p>
        )}
      </div>
      {onRevoke && (
        <Button size="sm" aria-label={`Revoke the secret ${prefix}`} onClick={onRevoke}>
          Revoke
        </Button>
      )}
    </li>
  );
}

interface RevokeSecretProps {
  client: OAuthClient;
  secret: ClientSecret | undefined;
  onClose: () => void;
}

function RevokeSecret({ client, secret, onClose }: RevokeSecretProps) {
  const queries = useQueryClient();
  const isLast = client.secrets.length === 1;
  async function revoke() {
    const path = `/api/clients/${client.id}/secrets/${secret?.id}`;
    await api({ method: 'DELETE', path, subject: `“${client.name}”` });
    await queries.invalidateQueries({ queryKey: clientsKey });
  }
  return (
    <Confirm
      open={secret !== undefined}
      onClose={onClose}
      title={`Revoke a secret of “${client.name}”?`}
      action="Revoke 1 secret"
      done="The secret is revoked: no token is given for it any more."
      run={revoke}
    >
      <p>
        No token is given for <code className="font-mono text-xs text-ink">{secret?.prefix}…</code> any more.
        Tokens that are out live on until they end; to end them too, revoke the sessions of the client.
      </p>
      <p className="mt-2">
        {isLast
          ? 'It is the only secret: the client gets no token until it has another.'
          : 'The other secret goes on working.'}{' '}
        This cannot be undone.
      </p>
    </Confirm>
  );
}
