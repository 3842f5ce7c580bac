/** The routes about who may do what: operators, invitations, policies. */

import type { ApiModule } from './api-module.ts';
import { createInviteAdminRoutes, type InviteRoutesDeps } from './invites.ts';
import { createOperatorRoutes, type OperatorRoutesDeps } from './operators.ts';
import { createPolicyRoutes, type PolicyRoutesDeps } from './policies.ts';

export function createAccessModules(
  deps: OperatorRoutesDeps & InviteRoutesDeps & PolicyRoutesDeps,
): ApiModule[] {
  return [createOperatorRoutes(deps), createInviteAdminRoutes(deps), createPolicyRoutes(deps)];
}
