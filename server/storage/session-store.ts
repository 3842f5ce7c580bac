/** SessionStore in SQL: what administration asks about sessions, and the end of those that a filter means. */

import type { SessionStore } from '../identity/account-store.ts';
import type { Records } from './database.ts';
import { endFiltered } from './family-ends.ts';
import { countSessions, findSession, listSessions } from './session-list.ts';

export function createSessionStore({ db, transaction }: Records): SessionStore {
  return {
    listSessions: (query, facts) => listSessions(db, query, facts),
    findSession: (id, facts) => findSession(db, id, facts),
    countSessions: (filter, facts) => countSessions(db, filter, facts),
    revokeFiltered: (end) => transaction((tx) => endFiltered(tx, { ...end, reason: 'revoked' })),
  };
}
