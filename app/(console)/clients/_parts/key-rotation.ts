/** Two live keys of one name are one key on its way to the next. Pure. */

import type { IngestKey, IngestKeyDraft } from '../../../../lib/contract/console.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Whether it opens nothing any more. */
export function hasEnded({ revokedAt, expiresAt }: IngestKey, nowMs: number): boolean {
  return revokedAt !== undefined || (expiresAt !== undefined && expiresAt <= nowMs);
}

/** The key that takes the place of this one: of the same name, good for as long. */
export function successorDraft({ name, createdAt, expiresAt }: IngestKey): IngestKeyDraft {
  return {
    name,
    ...(expiresAt === undefined ? {} : { lifetimeDays: Math.round((expiresAt - createdAt) / dayMs) }),
  };
}

/** The newest other live key with the name of this one; undefined where this is the newest. */
export function successorOf(key: IngestKey, live: readonly IngestKey[]): IngestKey | undefined {
  if (key.revokedAt !== undefined || key.fromEnvironment) return undefined;
  return live
    .filter(({ id, name, createdAt }) => id !== key.id && name === key.name && createdAt > key.createdAt)
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
}
