/**
 * Accounts of callers: invited by an operator with a one-time link, which the person opens to make a passkey. The
 * token of a link travels in the URL's fragment, so that no log and no Referer sees it; only its hash is stored.
 */

import type { CallerAccount, CallerInvited } from '../../lib/contract/oauth.ts';
import { AppError } from '../http/app-error.ts';
import { randomText, sha256Text } from '../identity/keyring.ts';
import { type RevocationView, revocationExpiresAt } from '../identity/revocation-view.ts';
import type { CallerLink, CallerStore, OAuthActor } from './store.ts';

export const callerLinkLifetimeMs = 48 * 60 * 60 * 1000;

export interface CallerAdminDeps {
  store: CallerStore;
  view: Pick<RevocationView, 'add'>;
  publicOrigin: string;
  clock: { now(): number };
}

export function createCallers(deps: CallerAdminDeps) {
  const { store, clock } = deps;

  function newLink(callerId: string, actor: OAuthActor) {
    const token = randomText(32);
    const createdAt = clock.now();
    const expiresAt = createdAt + callerLinkLifetimeMs;
    const kept: CallerLink = {
      ...{ tokenSha256: sha256Text(token), callerId, createdAt, createdBy: actor.id, expiresAt },
    };
    return { kept, text: `${deps.publicOrigin}/enrol#token=${token}`, expiresAt };
  }

  return {
    list: (): Promise<CallerAccount[]> => store.listCallers(),

    /** @throws AppError `conflict` at the limit */
    async invite(name: string, actor: OAuthActor): Promise<CallerInvited> {
      const id = `cal_${randomText(16)}`;
      const link = newLink(id, actor);
      const userHandle = crypto.getRandomValues(new Uint8Array(32));
      const createdAt = clock.now();
      const caller = { id, name, userHandle, createdAt, createdBy: actor.id, disabledAt: undefined };
      const account = await store.createCaller({ caller, link: link.kept, actor });
      if (account === 'full')
        throw new AppError('conflict', { public: 'There are too many callers already.' });
      return { caller: account, link: link.text, expiresAt: link.expiresAt };
    },

    /** For another passkey, or after all were lost; voids the links before it. @throws AppError `not_found` */
    async createLink(callerId: string, actor: OAuthActor): Promise<CallerInvited> {
      const link = newLink(callerId, actor);
      const account = await store.replaceLink({ link: link.kept, actor });
      if (account === undefined) throw new AppError('not_found');
      return { caller: account, link: link.text, expiresAt: link.expiresAt };
    },

    /** Ends its sessions and links too. Disabling twice changes nothing. @throws AppError `not_found` */
    async disable(callerId: string, actor: OAuthActor): Promise<void> {
      if ((await store.findCaller(callerId)) === undefined) throw new AppError('not_found');
      const at = clock.now();
      const revocation = {
        kind: 'subject',
        subject: callerId,
        at,
        expiresAt: revocationExpiresAt(at),
      } as const;
      deps.view.add(revocation);
      await store.setCallerDisabled({ callerId, at, revocation, actor });
    },

    /** @throws AppError `not_found` */
    async enable(callerId: string, actor: OAuthActor): Promise<void> {
      if ((await store.findCaller(callerId)) === undefined) throw new AppError('not_found');
      await store.setCallerDisabled({ callerId, at: clock.now(), revocation: undefined, actor });
    },
  };
}

export type Callers = ReturnType<typeof createCallers>;
