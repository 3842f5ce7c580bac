/** The token service's part of storage, from its three files. */

import type { OAuthStore } from '../oauth/store.ts';
import { callerVerbs } from './caller-store.ts';
import { clientVerbs } from './client-store.ts';
import type { Database } from './database.ts';
import { grantVerbs } from './grant-store.ts';

export function createOAuthStore(deps: { database: Database; clock: { now(): number } }): OAuthStore {
  return { ...clientVerbs(deps), ...callerVerbs(deps.database), ...grantVerbs(deps.database) };
}
