/** Every route of the server, in one list, for main.ts and for the tests that hold the table of routes against it. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../http/env.ts';
import { type AccessModuleDeps, createAccessModules } from './api/access-modules.ts';
import { type AccountDeps, createAccountModules } from './api/account-modules.ts';
import { type AdminDeps, createAdminModules } from './api/admin-modules.ts';
import { createInviteRoutes, type InviteAcceptanceDeps } from './auth/invite.ts';
import { createSessionRoutes } from './auth/session.ts';
import { createSetupRoutes } from './auth/setup.ts';
import { createSignInRoutes } from './auth/sign-in.ts';
import { createTokenModules, type TokenModuleDeps } from './oauth/token-modules.ts';
import { createOperationsRoutes, type OperationsDeps } from './operations.ts';
import { createBaselineRoute } from './v1/baseline.ts';
import { createDecisionRoute } from './v1/decision.ts';
import { createEventsRoute, type EventsDeps } from './v1/events.ts';
import { createStreamRoute, type StreamRouteDeps } from './v1/stream.ts';

export type AllModulesDeps = Parameters<typeof createDecisionRoute>[0] &
  Parameters<typeof createBaselineRoute>[0] &
  Parameters<typeof createSessionRoutes>[0] &
  EventsDeps &
  StreamRouteDeps &
  OperationsDeps &
  InviteAcceptanceDeps &
  TokenModuleDeps &
  AccessModuleDeps &
  AdminDeps &
  AccountDeps;

export function createAllModules(deps: AllModulesDeps): OpenAPIHono<ApiEnv>[] {
  return [
    createEventsRoute(deps),
    createDecisionRoute(deps),
    createBaselineRoute(deps),
    createStreamRoute(deps),
    createOperationsRoutes(deps),
    createSetupRoutes(deps),
    createSignInRoutes(deps),
    createInviteRoutes(deps),
    createSessionRoutes(deps),
    ...createTokenModules(deps),
    ...createAccessModules(deps),
    ...createAdminModules(deps),
    ...createAccountModules(deps),
  ];
}
