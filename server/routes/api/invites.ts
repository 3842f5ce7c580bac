/** `/api/invites`: who is invited to become an operator, and as what. The link is in one answer only. */

import { createRoute, z } from '@hono/zod-openapi';
import { idText, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import {
  inviteCreatedSchema,
  inviteDraftSchema,
  inviteSchema,
} from '../../../lib/contract/operators.schema.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Invites } from '../../storage/invites.ts';
import {
  type ApiModule,
  actorOf,
  createApiModule,
  jsonAnswer,
  jsonBody,
  jsonOnly,
  noBody,
  notFoundAnswer,
} from './api-module.ts';

export interface InviteRoutesDeps {
  invites: Invites;
  identity: Pick<Identity, 'invites'>;
}

export function createInviteAdminRoutes({ invites, identity }: InviteRoutesDeps): ApiModule {
  const app = createApiModule();

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'invite.read');
    const items = await invites.list();
    return c.json({ items, total: items.length }, 200);
  });

  app.openapi(createRouteOf, async (c) => {
    const draft = c.req.valid('json');
    const { role, clearance } = draft;
    const change = `role=${role},clearance=${clearance}`;
    authorize(c.get('principal'), 'invite.create', { grants: { role, clearance }, change });
    return c.json(await identity.invites.create(draft, actorOf(c)), 201);
  });

  app.openapi(revokeRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'invite.revoke', { id });
    if (!(await invites.revoke(id, actorOf(c)))) throw new AppError('not_found');
    return c.body(null, 204);
  });
  return app;
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/invites',
  summary: 'Invitations, newest first; never their links.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(pageOf(inviteSchema), 'Open ones and those that are over.'),
});

const createRouteOf = createRoute({
  method: 'post',
  path: '/api/invites',
  summary: 'Invite somebody in a role. This answer is the only time its link is seen.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(inviteDraftSchema) },
  responses: { 201: jsonAnswer(inviteCreatedSchema, 'The invitation and its link.')[200] },
});

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/invites/{id}',
  summary: 'Take an open invitation back.',
  middleware: [noBody] as const,
  request: { params: z.object({ id: idText }), query: noQuerySchema },
  responses: { 204: { description: 'Revoked.' }, ...notFoundAnswer },
});
