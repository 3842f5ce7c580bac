/** Making, rotating and ending clients. A secret has 256 random bits and is in one answer only, that of its making. */

import type { ClientCreated, ClientDraft, OAuthClient } from '../../lib/contract/oauth.ts';
import { AppError } from '../http/app-error.ts';
import { randomText, sha256Text } from '../identity/keyring.ts';
import { type RevocationView, revocationExpiresAt } from '../identity/revocation-view.ts';
import type { ClientStore, OAuthActor, SecretDraft } from './store.ts';

/** Enough of a secret to recognise it, far too little to use it. */
const prefixLength = 10;

export interface ClientAdminDeps {
  store: ClientStore;
  view: Pick<RevocationView, 'add'>;
  clock: { now(): number };
}

export function createClients(deps: ClientAdminDeps) {
  const { store } = deps;
  return {
    list: () => store.listClients(),

    /** @throws AppError `conflict` at the limit */
    async create(draft: ClientDraft, actor: OAuthActor): Promise<ClientCreated> {
      const made = draft.kind === 'public' ? undefined : newSecret();
      const id = `cli_${randomText(16)}`;
      const client = await store.createClient({ id, draft, secret: made?.kept, actor });
      if (client === 'full') {
        throw new AppError('conflict', { public: 'There are too many clients already; revoke some first.' });
      }
      return { client, secret: made?.secret };
    },

    /** What it loses, its sessions lose with their next refresh. @throws AppError `not_found`, also for another kind */
    async update(clientId: string, draft: ClientDraft, actor: OAuthActor): Promise<OAuthClient> {
      const client = await store.updateClient({ clientId, draft, actor });
      if (client === undefined) throw new AppError('not_found');
      return client;
    },

    /** A second secret to move to; the first lives until it is revoked. @throws AppError `not_found`, `conflict` */
    async addSecret(clientId: string, actor: OAuthActor): Promise<ClientCreated> {
      const made = newSecret();
      const client = await store.addSecret({ clientId, secret: made.kept, actor });
      if (client === 'unknown') throw new AppError('not_found');
      if (client === 'full') {
        throw new AppError('conflict', { public: 'Two secrets are in use: revoke the old one first.' });
      }
      return { client, secret: made.secret };
    },

    /** Tokens that were got with it live on until they expire. @throws AppError `not_found` */
    async revokeSecret(clientId: string, secretId: string, actor: OAuthActor): Promise<void> {
      if (!(await store.revokeSecret({ clientId, secretId, actor }))) throw new AppError('not_found');
    },

    /** Ends the client and every token that it ever got, those of people included. @throws AppError `not_found` */
    async revoke(clientId: string, actor: OAuthActor): Promise<void> {
      const known = await knownClient(store, clientId);
      const at = deps.clock.now();
      const revocation = {
        kind: 'client',
        subject: known.id,
        at,
        expiresAt: revocationExpiresAt(at),
      } as const;
      deps.view.add(revocation);
      await store.revokeClient({ clientId, reason: 'revoked', revocation, actor });
    },
  };
}

async function knownClient(store: ClientStore, clientId: string): Promise<OAuthClient> {
  const client = await store.findClient(clientId);
  if (client === undefined) throw new AppError('not_found');
  return client;
}

function newSecret(): { secret: string; kept: SecretDraft } {
  const secret = `tgc_${randomText(32)}`;
  const kept = {
    id: `sec_${randomText(12)}`,
    prefix: secret.slice(0, prefixLength),
    secretSha256: sha256Text(secret),
  };
  return { secret, kept };
}

export type Clients = ReturnType<typeof createClients>;
