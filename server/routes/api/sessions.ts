/** `/api/sessions`: who holds tokens, and ending them. Only metadata leaves; what one may not see is not there. */

import { createRoute, z } from '@hono/zod-openapi';
import { noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import {
  familyId,
  revocationPreviewSchema,
  revocationTargetSchema,
  sessionDetailSchema,
  sessionQuerySchema,
  sessionSummarySchema,
  sessionsRevokedSchema,
} from '../../../lib/contract/sessions.schema.ts';
import type { SessionDetail } from '../../../lib/contract/sessions.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize, isAllowed } from '../../identity/authorize.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Principal } from '../../identity/principal.ts';
import { targetId } from '../../identity/session-administration.ts';
import {
  type ApiModule,
  createApiModule,
  jsonAnswer,
  jsonBody,
  jsonOnly,
  noBody,
  notFoundAnswer,
} from './api-module.ts';

export function createSessionAdminRoutes(deps: {
  identity: Pick<Identity, 'sessionAdministration'>;
}): ApiModule {
  const app = createApiModule();
  const { sessionAdministration: sessions } = deps.identity;

  /** @throws AppError `not_found` where there is none, or none that this principal may see */
  async function visible(principal: Principal, id: string): Promise<SessionDetail> {
    const found = await sessions.find(principal, id);
    const owner = found?.session.holder.id ?? '';
    if (!isAllowed(principal, 'session.read', { id, owner }) || found === undefined) {
      throw new AppError('not_found');
    }
    return found;
  }

  app.openapi(listRoute, async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'session.read');
    return c.json(await sessions.list(principal, c.req.valid('query')), 200);
  });

  app.openapi(readRoute, async (c) => {
    return c.json(await visible(c.get('principal'), c.req.valid('param').id), 200);
  });

  app.openapi(endRoute, async (c) => {
    const principal = c.get('principal');
    const { id } = c.req.valid('param');
    const { session } = await visible(principal, id);
    const owner = session.holder.id;
    // One's own session may be ended as by signing out.
    if (owner === principal.operatorId) authorize(principal, 'session.end_own', { id, owner });
    else authorize(principal, 'session.revoke', { id: targetId({ kind: 'family', id }), owner });
    const families = await sessions.revoke(principal, { kind: 'family', id }, c.get('clientAddress'));
    return c.json({ families }, 200);
  });

  app.openapi(previewRoute, async (c) => {
    const principal = c.get('principal');
    const target = c.req.valid('json');
    authorize(principal, 'session.preview');
    return c.json(await sessions.preview(principal, target), 200);
  });

  app.openapi(revokeRoute, async (c) => {
    const principal = c.get('principal');
    const target = c.req.valid('json');
    const owner = target.kind === 'operator' ? target.id : '';
    authorize(principal, 'session.revoke', { id: targetId(target), owner });
    if (target.kind === 'family') await visible(principal, target.id);
    const families = await sessions.revoke(principal, target, c.get('clientAddress'));
    return c.json({ families }, 200);
  });
  return app;
}

const familyParams = z.object({ id: familyId });

const listRoute = createRoute({
  method: 'get',
  path: '/api/sessions',
  summary: 'Sessions of operators, callers and machines, last used first.',
  request: { query: sessionQuerySchema },
  responses: jsonAnswer(pageOf(sessionSummarySchema), 'One page, with the total for the filter.'),
});

const readRoute = createRoute({
  method: 'get',
  path: '/api/sessions/{id}',
  summary: 'One session, and what happened to its tokens.',
  request: { params: familyParams, query: noQuerySchema },
  responses: { ...jsonAnswer(sessionDetailSchema, 'The session.'), ...notFoundAnswer },
});

const endRoute = createRoute({
  method: 'delete',
  path: '/api/sessions/{id}',
  summary: 'End a session: its tokens, its refreshes and its live connections.',
  middleware: [noBody] as const,
  request: { params: familyParams, query: noQuerySchema },
  responses: {
    ...jsonAnswer(sessionsRevokedSchema, 'Ended; 0 where it had ended before.'),
    ...notFoundAnswer,
  },
});

const previewRoute = createRoute({
  method: 'post',
  path: '/api/sessions/preview',
  summary: 'Whom revoking a target would reach; changes nothing.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(revocationTargetSchema) },
  responses: jsonAnswer(revocationPreviewSchema, 'The blast radius, and the operation to confirm.'),
});

const revokeRoute = createRoute({
  method: 'post',
  path: '/api/sessions/revoke',
  summary: 'Revoke a token, a session, all of somebody or of a client, what a filter means, or everything.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(revocationTargetSchema) },
  responses: { ...jsonAnswer(sessionsRevokedSchema, 'How many sessions ended.'), ...notFoundAnswer },
});
