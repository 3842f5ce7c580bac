/** Getting back in: codes, links, and the one thing that a recovered session may do. */

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  enrolGrantSchema,
  recoveryCodesSchema,
  recoveryId,
  recoveryLinkCreatedSchema,
  recoveryLinkDraftSchema,
  recoveryLinkSchema,
  recoveryRedeemSchema,
  recoveryStateSchema,
} from '../../../lib/contract/account.schema.ts';
import { noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import type { ApiEnv } from '../../http/env.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Identity } from '../../identity/identity.ts';
import type { LinkMaker } from '../../identity/recovery.ts';
import { noBody } from '../api/api-module.ts';
import { callerOf, presentedRefreshCookie, refuseMisfit, rememberSession } from './browser.ts';
import {
  ceremonyFinishSchema,
  ceremonySchema,
  emptySchema,
  jsonAnswer,
  jsonBody,
  sessionGrantSchema,
} from './ceremony-schema.ts';
import {
  createCeremonyGuard,
  createOriginGuard,
  createSignInGuard,
  type GuardDeps,
} from './sign-in-guard.ts';

type RecoveryRouteDeps = GuardDeps & { identity: Pick<Identity, 'recovery'> };

const caller = (c: Context<ApiEnv>) => callerOf(c.req, c.get('clientAddress'));

export function createRecoveryRoutes(deps: RecoveryRouteDeps) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  app.route('/', codeRoutes(deps));
  app.route('/', linkRoutes(deps));
  app.route('/', enrolRoutes(deps));
  return app;
}

function codeRoutes(deps: RecoveryRouteDeps) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const { recovery } = deps.identity;
  app.openapi(stateRoute, async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'recovery.read', { id: principal.operatorId });
    return c.json(await recovery.state(principal), 200);
  });
  const middleware = createOriginGuard(deps);
  app.openapi(createRoute({ ...codesRoute, middleware }), async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'recovery.create_codes');
    return c.json(await recovery.createCodes(principal, caller(c)), 200);
  });
  return app;
}

function linkRoutes(deps: RecoveryRouteDeps) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const { recovery } = deps.identity;
  const maker = (c: Context<ApiEnv>): LinkMaker => {
    const { operatorId: id, name } = c.get('principal');
    return { id, name, address: c.get('clientAddress') };
  };
  app.openapi(linksRoute, async (c) => {
    authorize(c.get('principal'), 'recovery.read_links');
    const items = await recovery.links();
    return c.json({ items, total: items.length }, 200);
  });
  const middleware = createOriginGuard(deps);
  app.openapi(createRoute({ ...createLinkRoute, middleware }), async (c) => {
    const { operatorId } = c.req.valid('json');
    authorize(c.get('principal'), 'recovery.create_link', { id: operatorId });
    return c.json(await recovery.createLink(operatorId, maker(c)), 200);
  });
  app.openapi(removeLinkRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'recovery.revoke_link', { id });
    await recovery.removeLink(id, maker(c));
    return c.body(null, 204);
  });
  return app;
}

function enrolRoutes(deps: RecoveryRouteDeps) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseMisfit });
  const { recovery } = deps.identity;
  const strangers = createSignInGuard(deps, 'recovery');
  app.openapi(createRoute({ ...redeemRoute, middleware: strangers }), async (c) => {
    const from = callerOf(c.req, c.get('clientAddress'));
    return c.json(await recovery.redeem(c.req.valid('json'), c.get('browserKey'), from), 200);
  });
  const middleware = createCeremonyGuard(deps, 'sign_in');
  app.openapi(createRoute({ ...beginRoute, middleware }), async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'recovery.enrol', { id: principal.operatorId });
    return c.json(await recovery.begin(principal, caller(c)), 200);
  });
  app.openapi(createRoute({ ...finishRoute, middleware }), async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'recovery.enrol', { id: principal.operatorId });
    const previousCookie = presentedRefreshCookie(c.req);
    const opened = await recovery.finish(principal, c.req.valid('json'), caller(c), previousCookie);
    rememberSession(c, opened);
    return c.json(opened.grant, 200);
  });
  return app;
}

const stateRoute = createRoute({
  method: 'get',
  path: '/api/recovery',
  summary: 'How many recovery codes the signed-in operator has left.',
  request: { query: noQuerySchema },
  responses: { 200: jsonAnswer(recoveryStateSchema, 'Its recovery codes, counted.') },
});

const codesRoute = {
  method: 'post',
  path: '/api/recovery/codes',
  summary: 'Ten new recovery codes, which void the older ones; they are shown this once.',
  request: { body: jsonBody(emptySchema) },
  responses: { 200: jsonAnswer(recoveryCodesSchema, 'The codes.') },
} as const;

const linksRoute = createRoute({
  method: 'get',
  path: '/api/recovery/links',
  summary: 'Recovery links that are open.',
  request: { query: noQuerySchema },
  responses: { 200: jsonAnswer(pageOf(recoveryLinkSchema), 'All of them, without their secrets.') },
});

const createLinkRoute = {
  method: 'post',
  path: '/api/recovery/links',
  summary: 'A one-time link by which an operator enrols a new passkey; it is shown this once.',
  request: { body: jsonBody(recoveryLinkDraftSchema) },
  responses: { 200: jsonAnswer(recoveryLinkCreatedSchema, 'The link; the operator is told.') },
} as const;

const removeLinkRoute = createRoute({
  method: 'delete',
  path: '/api/recovery/links/{id}',
  summary: 'Void a recovery link.',
  middleware: [noBody] as const,
  request: { params: z.object({ id: recoveryId }), query: noQuerySchema },
  responses: { 204: { description: 'Voided.' }, 404: { description: 'There is no such link.' } },
});

const redeemRoute = {
  method: 'post',
  path: '/api/recovery/redeem',
  summary: 'Use a recovery code or link: ten minutes to enrol a passkey, and nothing else.',
  request: { body: jsonBody(recoveryRedeemSchema) },
  responses: { 200: jsonAnswer(enrolGrantSchema, 'An access token for the two enrol routes.') },
} as const;

const beginRoute = {
  method: 'post',
  path: '/api/recovery/enrol/begin',
  summary: 'Begin to enrol a passkey after a recovery.',
  request: { body: jsonBody(emptySchema) },
  responses: { 200: jsonAnswer(ceremonySchema, 'Options for a new passkey.') },
} as const;

const finishRoute = {
  method: 'post',
  path: '/api/recovery/enrol/finish',
  summary: 'Enrol the passkey, signed in with it.',
  request: { body: jsonBody(ceremonyFinishSchema) },
  responses: { 200: jsonAnswer(sessionGrantSchema, 'Signed in; the refresh cookie is set.') },
} as const;
