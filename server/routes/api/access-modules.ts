/** The routes about who may do what: operators, invitations, policies, answers to alerts. */

import { type AlertAnswerRoutesDeps, createAlertAnswerRoutes } from './alert-answers.ts';
import type { ApiModule } from './api-module.ts';
import { createInviteAdminRoutes, type InviteRoutesDeps } from './invites.ts';
import { createOperatorRoutes, type OperatorRoutesDeps } from './operators.ts';
import { createPolicyRoutes, type PolicyRoutesDeps } from './policies.ts';

export type AccessModuleDeps = OperatorRoutesDeps &
  InviteRoutesDeps &
  PolicyRoutesDeps &
  AlertAnswerRoutesDeps;

export function createAccessModules(deps: AccessModuleDeps): ApiModule[] {
  return [
    createOperatorRoutes(deps),
    createInviteAdminRoutes(deps),
    createPolicyRoutes(deps),
    createAlertAnswerRoutes(deps),
  ];
}
