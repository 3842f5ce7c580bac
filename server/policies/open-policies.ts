/** Who may do what, composed: the decision point with the version that is in force, and what changes it. */

import type { IdentityStore } from '../identity/store.ts';
import type { Database } from '../storage/database.ts';
import { createDecidedRequests } from '../storage/decided-requests.ts';
import { createPolicyStore } from '../storage/policy-store.ts';
import { createPolicyAdministration } from './administration.ts';
import { createAuthority } from './authority.ts';
import { createCedar } from './cedar.ts';
import { builtInInForce, policiesOf } from './in-force.ts';
import { createRequestRecord } from './request-record.ts';
import { schemaText } from './schema-text.ts';
import { createStanding } from './standing.ts';

export interface PoliciesDeps {
  database: Database;
  /** Where operators are looked up. */
  store: Pick<IdentityStore, 'findOperator'>;
  environment: string;
  clock: { now(): number };
  every: (intervalMs: number, work: () => void) => () => void;
  log: { warn(details: object, message: string): void };
}

export type Policies = Awaited<ReturnType<typeof openPolicies>>;

/**
 * @throws Error where the stored policies do not fit this version's schema: starting with others would open doors that
 * somebody closed, and starting with none closes them all
 */
export async function openPolicies(deps: PoliciesDeps) {
  const { clock, environment } = deps;
  const cedar = createCedar(schemaText());
  const standing = createStanding(deps.store);
  const store = createPolicyStore(deps);
  const current = await store.current();
  const inForce =
    current === undefined
      ? builtInInForce(cedar.schema)
      : policiesOf(cedar.schema, current.version, current.documents);
  const authority = createAuthority({ cedar, standing, inForce, environment, clock });
  const decided = createDecidedRequests(deps);
  const record = createRequestRecord({ ...deps, authority, store: decided });
  const policies = createPolicyAdministration({ cedar, authority, store, decided, record, clock });
  return {
    cedar,
    standing,
    authority,
    policies,
    async close() {
      authority.close();
      await record.close();
    },
  };
}
