/** Rows of operators and passkeys as the records that identity speaks of. */

import type { CredentialRecord, OperatorRecord } from '../identity/records.ts';
import type { credentials, operators } from './schema.ts';

export function operatorOf(row: typeof operators.$inferSelect): OperatorRecord {
  return { ...row, disabledAt: row.disabledAt ?? undefined };
}

export function credentialOf(row: typeof credentials.$inferSelect): CredentialRecord {
  return {
    ...row,
    lastUsedAt: row.lastUsedAt ?? undefined,
    cloneSuspectedAt: row.cloneSuspectedAt ?? undefined,
    removedAt: row.removedAt ?? undefined,
  };
}
