/** What the doors of `/v1` need to know about ingest keys. The keys themselves are in server/storage/ingest-keys.ts. */

export interface VerifiedKey {
  keyId: string;
}

export interface IngestKeys {
  /** In memory: it is asked for every batch and must not wait for a database. */
  verify(bearer: string): VerifiedKey | undefined;
  /** Called with the id of each key that was good and is no longer. @returns how to stop listening */
  onRevoked(listener: (keyId: string) => void): () => void;
}
