/** A passkey again, to confirm one operation (RFC 9470). Needs the session's access token, unlike a sign-in. */

import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { stepUpBeginSchema } from '../../../lib/contract/account.schema.ts';
import type { ApiEnv } from '../../http/env.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Identity } from '../../identity/identity.ts';
import { callerOf, refuseMisfit } from './browser.ts';
import {
  ceremonyFinishSchema,
  ceremonySchema,
  jsonAnswer,
  jsonBody,
  sessionGrantSchema,
} from './ceremony-schema.ts';
import { createCeremonyGuard, type GuardDeps } from './sign-in-guard.ts';

export function createStepUpRoutes(deps: GuardDeps & { identity: Pick<Identity, 'stepUp'> }) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const { stepUp } = deps.identity;
  const middleware = createCeremonyGuard(deps, 'sign_in');

  app.openapi(createRoute({ ...beginRoute, middleware }), async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'session.step_up', { id: principal.familyId });
    const { operation } = c.req.valid('json');
    return c.json(await stepUp.begin(principal, operation, callerOf(c.req, c.get('clientAddress'))), 200);
  });

  app.openapi(createRoute({ ...finishRoute, middleware }), async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'session.step_up', { id: principal.familyId });
    const caller = callerOf(c.req, c.get('clientAddress'));
    return c.json(await stepUp.finish(principal, c.req.valid('json'), caller), 200);
  });
  return app;
}

const beginRoute = {
  method: 'post',
  path: '/api/auth/step-up/begin',
  summary: 'Begin to confirm one operation with a passkey of the signed-in operator.',
  request: { body: jsonBody(stepUpBeginSchema) },
  responses: { 200: jsonAnswer(ceremonySchema, 'Options for a passkey of this operator.') },
} as const;

const finishRoute = {
  method: 'post',
  path: '/api/auth/step-up/finish',
  summary: "Confirm with the passkey's answer: a new access token, fresh for the operation that was named.",
  request: { body: jsonBody(ceremonyFinishSchema) },
  responses: { 200: jsonAnswer(sessionGrantSchema, 'Confirmed; use this access token from now on.') },
} as const;
