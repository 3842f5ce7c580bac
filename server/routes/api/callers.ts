/** `/api/callers`: accounts of people who call the customer's API. A link is in one answer only. */

import { createRoute, z } from '@hono/zod-openapi';
import { idText, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import {
  callerAccountSchema,
  callerDraftSchema,
  callerInvitedSchema,
} from '../../../lib/contract/oauth.schema.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Callers } from '../../oauth/callers.ts';
import {
  type ApiModule,
  createApiModule,
  jsonAnswer,
  jsonBody,
  jsonOnly,
  noBody,
  notFoundAnswer,
  oauthActorOf,
} from './api-module.ts';

export function createCallerRoutes({ callers }: { callers: Callers }): ApiModule {
  const app = createApiModule();

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'caller.read');
    const items = await callers.list();
    return c.json({ items, total: items.length }, 200);
  });

  app.openapi(createRouteOf, async (c) => {
    authorize(c.get('principal'), 'caller.create');
    return c.json(await callers.invite(c.req.valid('json').name, oauthActorOf(c)), 201);
  });

  app.openapi(linkRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'caller.create_link', { id });
    return c.json(await callers.createLink(id, oauthActorOf(c)), 201);
  });

  app.openapi(disableRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'caller.disable', { id });
    await callers.disable(id, oauthActorOf(c));
    return c.body(null, 204);
  });

  app.openapi(enableRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'caller.enable', { id });
    await callers.enable(id, oauthActorOf(c));
    return c.body(null, 204);
  });
  return app;
}

const request = { params: z.object({ id: idText }), query: noQuerySchema };
const invited = { 201: jsonAnswer(callerInvitedSchema, 'The account and its link.')[200] };

const listRoute = createRoute({
  method: 'get',
  path: '/api/callers',
  summary: 'People who call the API, newest first.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(pageOf(callerAccountSchema), 'The newest thousand.'),
});

const createRouteOf = createRoute({
  method: 'post',
  path: '/api/callers',
  summary: 'Invite a person. This answer is the only time the link is seen.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(callerDraftSchema) },
  responses: invited,
});

const linkRoute = createRoute({
  method: 'post',
  path: '/api/callers/{id}/link',
  summary: 'A new link, for another passkey; older links are void.',
  middleware: [noBody] as const,
  request,
  responses: { ...invited, ...notFoundAnswer },
});

const disableRoute = createRoute({
  method: 'post',
  path: '/api/callers/{id}/disable',
  summary: 'Disable an account: its tokens, sessions and links end at once.',
  middleware: [noBody] as const,
  request,
  responses: { 204: { description: 'Disabled.' }, ...notFoundAnswer },
});

const enableRoute = createRoute({
  method: 'post',
  path: '/api/callers/{id}/enable',
  summary: 'Enable an account again; the person signs in anew.',
  middleware: [noBody] as const,
  request,
  responses: { 204: { description: 'Enabled.' }, ...notFoundAnswer },
});
