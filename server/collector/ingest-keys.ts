/**
 * Which ingest keys are good, in memory: asked for every batch, so it must not wait for a database. Only digests are
 * held. Every digest is compared, each in constant time, so that the answer's time says nothing about any key.
 */

import { createHash, timingSafeEqual } from 'node:crypto';

export interface IngestKeyRecord {
  /** `key_…` */
  id: string;
  /** SHA-256 of the secret, hex. A key has at least 128 random bits, so no slow hash is needed. */
  secretSha256: string;
  revokedAt?: number | undefined;
}

export interface VerifiedKey {
  keyId: string;
}

export interface IngestKeys {
  verify(bearer: string): VerifiedKey | undefined;
  /** Called with the id of each key that was good and is no longer. @returns how to stop listening */
  onRevoked(listener: (keyId: string) => void): () => void;
}

export interface IngestKeySet extends IngestKeys {
  /** All keys made in the console, as they are now. */
  replace(records: readonly IngestKeyRecord[]): void;
}

/** The key that the environment gives; it cannot be revoked while the process runs. */
export const environmentKeyId = 'key_environment';

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function createIngestKeys(deps: { environmentKey: string | undefined }): IngestKeySet {
  const fixed =
    deps.environmentKey === undefined
      ? []
      : [{ id: environmentKeyId, digest: digestOf(deps.environmentKey) }];
  const listeners = new Set<(keyId: string) => void>();
  let good = fixed;
  return {
    verify(bearer) {
      const presented = digestOf(bearer);
      let found: VerifiedKey | undefined;
      for (const { id, digest } of good) if (timingSafeEqual(digest, presented)) found = { keyId: id };
      return found;
    },
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    replace(records) {
      const before = good;
      const made = records.flatMap(({ id, secretSha256, revokedAt }) => {
        const digest = Buffer.from(secretSha256, 'hex');
        return revokedAt === undefined && digest.byteLength === 32 ? [{ id, digest }] : [];
      });
      good = [...fixed, ...made];
      const ids = new Set(good.map((key) => key.id));
      for (const { id } of before) if (!ids.has(id)) for (const listener of listeners) listener(id);
    },
  };
}
