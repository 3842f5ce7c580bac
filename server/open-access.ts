/** Who is who and who may do what, composed for main.ts and for tests: policies, identity, operators, invitations. */

import { createIdentity } from './identity/identity.ts';
import type { RefusalLog } from './identity/refusal-trail.ts';
import { openPolicies, type PoliciesDeps } from './policies/open-policies.ts';
import { createOperatorAdministration } from './policies/operator-administration.ts';
import type { Alerts } from './storage/alerts.ts';
import { createIdentityStore } from './storage/identity-store.ts';
import { createInviteStore } from './storage/invites.ts';
import { createOperators } from './storage/operators.ts';

import { openWatch } from './watch/open-watch.ts';
import { createSessionThrottle } from './watch/session-throttle.ts';

export interface AccessDeps extends Omit<PoliciesDeps, 'store'> {
  publicUrl: URL;
  dataDir: string;
  /** Where findings about the console go, and what is answered at its root. */
  alerts: Alerts;
  log: RefusalLog & PoliciesDeps['log'];
}

export type Access = Awaited<ReturnType<typeof openAccess>>;

/** @throws Error as openPolicies does */
export async function openAccess(deps: AccessDeps) {
  const { environment } = deps;
  const store = createIdentityStore(deps);
  const access = await openPolicies({ ...deps, store });
  const { authority, standing, cedar, policies } = access;
  const accounts = createOperators(deps);
  standing.load(await accounts.standings());
  const invites = createInviteStore(deps);
  const identity = await createIdentity({ ...deps, store, invites, authority, standing });
  const operators = createOperatorAdministration({
    ...{ standing, cedar, identity, operators: accounts },
  });
  const throttle = createSessionThrottle(deps);
  const watch = await openWatch({ ...deps, standing, identity, throttle });
  const { answering, selfWatch } = watch;
  return {
    ...{
      answering,
      selfWatch,
      throttle,
      environment,
      store,
      authority,
      standing,
      policies,
      invites,
      identity,
      operators,
    },
    async close() {
      await watch.close();
      await identity.close();
      await access.close();
    },
  };
}
