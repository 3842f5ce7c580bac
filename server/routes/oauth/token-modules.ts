/** All routes of the token service: the protocol's own and its administration. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../../http/env.ts';
import type { Identity } from '../../identity/identity.ts';
import type { TokenService } from '../../oauth/token-service.ts';
import { createCallerRoutes } from '../api/callers.ts';
import { createClientRoutes } from '../api/clients.ts';
import { createSigningKeyRoutes } from '../api/signing-keys.ts';
import { createAuthorizeRoutes } from './authorize.ts';
import { createDiscoveryRoutes } from './discovery.ts';
import { createEnrolRoutes } from './enrol.ts';
import { createTokenRoutes } from './token.ts';

export interface TokenModuleDeps {
  identity: Pick<Identity, 'proveKey' | 'currentNonce' | 'rateLimits'>;
  tokenService: TokenService;
  publicUrl: URL;
}

export function createTokenModules(deps: TokenModuleDeps): OpenAPIHono<ApiEnv>[] {
  const { tokenService } = deps;
  const { rateLimits } = deps.identity;
  const { refusals } = tokenService;
  return [
    createDiscoveryRoutes({ tokenService }),
    createTokenRoutes({ tokenService, rateLimits, refusals }),
    createAuthorizeRoutes(deps),
    createEnrolRoutes(deps),
    createClientRoutes(tokenService),
    createCallerRoutes(tokenService),
    createSigningKeyRoutes(tokenService),
  ];
}
