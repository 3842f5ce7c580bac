/** Rotation of signing keys: by time, by order, and at once where a key leaked. */

import type { SigningKey } from '../../lib/contract/oauth.ts';
import type { Keyring } from '../identity/keyring.ts';
import type { IdentityAuditEntry } from '../identity/records.ts';
import { type RevocationView, revocationExpiresAt } from '../identity/revocation-view.ts';
import type { IdentityStore } from '../identity/store.ts';
import type { OAuthActor } from './store.ts';

/** How often time is asked; a key lives for weeks. */
const checkEveryMs = 60 * 60 * 1000;

const byItself: OAuthActor = { id: 'tidegate', name: 'Tidegate', address: 'local' };

export interface KeyRotationDeps {
  keyring: Keyring;
  view: Pick<RevocationView, 'add'>;
  store: Pick<IdentityStore, 'appendAudit' | 'addRevocation'>;
  clock: { now(): number };
  /** Runs `work` every `intervalMs`; returns how to stop it. */
  every: (intervalMs: number, work: () => void) => () => void;
  log: { error(details: object, message: string): void };
}

export function createKeyRotation(deps: KeyRotationDeps) {
  const { keyring, store, clock } = deps;
  const stop = deps.every(checkEveryMs, () => {
    keepFresh().catch((error: unknown) => deps.log.error({ err: error }, 'signing keys not rotated'));
  });
  const entry = (
    action: 'signing_key.rotated' | 'signing_key.replaced',
    target: string,
    actor: OAuthActor,
  ): IdentityAuditEntry => {
    const done = { action, outcome: 'done', detail: {} } as const;
    return { ...done, at: clock.now(), actor: actor.id, target, address: actor.address };
  };

  /** What time asks for. */
  async function keepFresh(): Promise<void> {
    const before = keyring.signing().kid;
    await keyring.keepFresh();
    const { kid } = keyring.signing();
    if (kid !== before) await store.appendAudit([entry('signing_key.rotated', kid, byItself)]);
  }

  return {
    list: (): SigningKey[] => keyring.list(),

    async rotate(actor: OAuthActor): Promise<void> {
      await keyring.rotate();
      await store.appendAudit([entry('signing_key.rotated', keyring.signing().kid, actor)]);
    },

    /** Services that keep our key set for a while are told of each dropped key, so that none outlives this call. */
    async replaceAll(actor: OAuthActor): Promise<void> {
      const dropped = await keyring.replaceAll();
      const at = clock.now();
      const ends = dropped.map(
        (kid) => ({ kind: 'key', subject: kid, at, expiresAt: revocationExpiresAt(at) }) as const,
      );
      for (const revocation of ends) deps.view.add(revocation);
      for (const revocation of ends) {
        const audit = entry('signing_key.replaced', revocation.subject, actor);
        await store.addRevocation(revocation, 'revoked', audit);
      }
    },

    close: stop,
  };
}

export type KeyRotation = ReturnType<typeof createKeyRotation>;
