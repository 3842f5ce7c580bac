/** Two live keys of one name are one key on its way to the next. Pure. */

import type { IngestKey } from '../../../../lib/contract/console.ts';

/** The newest other live key with the name of this one; undefined where this is the newest. */
export function successorOf(key: IngestKey, live: readonly IngestKey[]): IngestKey | undefined {
  if (key.revokedAt !== undefined || key.fromEnvironment) return undefined;
  return live
    .filter(({ id, name, createdAt }) => id !== key.id && name === key.name && createdAt > key.createdAt)
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
}
