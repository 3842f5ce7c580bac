/** The first operator: redeem the setup link with a passkey. 404 once nobody needs it. */

import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import type { Identity } from '../../identity/identity.ts';
import { beginBinding, callerOf, finishBinding, refuseMisfit, rememberSession } from './browser.ts';
import {
  ceremonyFinishSchema,
  ceremonySchema,
  jsonAnswer,
  jsonBody,
  sessionGrantSchema,
  setupBeginSchema,
} from './ceremony-schema.ts';
import { createSignInGuard, type GuardDeps } from './sign-in-guard.ts';

export function createSetupRoutes(deps: GuardDeps & { identity: Pick<Identity, 'setup'> }) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseWithoutToken });
  const middleware = createSignInGuard(deps, 'setup');

  const begin = createRoute({
    method: 'post',
    path: '/api/setup/begin',
    summary: 'Begin to create the first operator, with the token of the setup link.',
    middleware,
    request: { body: jsonBody(setupBeginSchema) },
    responses: { 200: jsonAnswer(ceremonySchema, 'Options for a new passkey.') },
  });
  app.openapi(begin, async (c) => {
    const ceremony = await deps.identity.setup.begin(
      c.req.valid('json'),
      beginBinding(c),
      callerOf(c.req, c.get('clientAddress')),
    );
    return c.json(ceremony, 200);
  });

  const finish = createRoute({
    method: 'post',
    path: '/api/setup/finish',
    summary: 'Create the first operator with the new passkey, signed in.',
    middleware,
    request: { body: jsonBody(ceremonyFinishSchema) },
    responses: { 200: jsonAnswer(sessionGrantSchema, 'Signed in; the refresh cookie is set.') },
  });
  app.openapi(finish, async (c) => {
    const opened = await deps.identity.setup.finish(
      c.req.valid('json'),
      finishBinding(c),
      callerOf(c.req, c.get('clientAddress')),
    );
    rememberSession(c, opened);
    return c.json(opened.grant, 200);
  });
  return app;
}

/** Without something like a token there is no route here for a stranger; a name that does not fit is told. */
function refuseWithoutToken(result: { success: boolean; error?: z.core.$ZodError }): void {
  const isNameOnly = result.error?.issues.every(({ path }) => path[0] === 'name') ?? true;
  if (!isNameOnly) throw new AppError('not_found', { internal: 'no setup token' });
  refuseMisfit(result);
}
