/** `/api/exceptions`: scoped, expiring orders not to act. */

import { createRoute, z } from '@hono/zod-openapi';
import { exceptionDraftSchema, idText, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { exceptionSchema, pageOf } from '../../../lib/contract/api-answers.schema.ts';
import { eventAheadMsMax } from '../../../lib/contract/event.ts';
import { exceptionMsMax } from '../../../lib/contract/exception.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Exceptions } from '../../storage/exceptions.ts';
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
import type { DetectionOrders } from './detection-orders.ts';

export function createExceptionRoutes(deps: {
  exceptions: Exceptions;
  detection: Pick<DetectionOrders, 'sendExceptions'>;
  clock: { now(): number };
}): ApiModule {
  const app = createApiModule();
  const { exceptions, detection, clock } = deps;

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'exception.read');
    const items = await exceptions.list();
    return c.json({ items, total: items.length }, 200);
  });

  app.openapi(createRouteOf, async (c) => {
    authorize(c.get('principal'), 'exception.create');
    const draft = c.req.valid('json');
    const now = clock.now();
    // The longest is offered by the operator's clock, which may be ahead of ours.
    if (draft.expiresAt <= now || draft.expiresAt > now + exceptionMsMax + eventAheadMsMax) {
      throw new AppError('invalid_request', { public: 'An exception ends in the future, within 90 days.' });
    }
    const made = await exceptions.create(
      { ...draft, expiresAt: Math.min(draft.expiresAt, now + exceptionMsMax) },
      actorOf(c),
    );
    await detection.sendExceptions();
    return c.json(made, 201);
  });

  app.openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'exception.delete', { id });
    if (!(await exceptions.remove(id, actorOf(c)))) throw new AppError('not_found');
    await detection.sendExceptions();
    return c.body(null, 204);
  });
  return app;
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/exceptions',
  summary: 'Exceptions in force, newest first.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(pageOf(exceptionSchema), 'All of them.'),
});

const createRouteOf = createRoute({
  method: 'post',
  path: '/api/exceptions',
  summary: 'Order Tidegate not to act on a user, endpoint, address, token or kind for a time.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(exceptionDraftSchema) },
  responses: { 201: jsonAnswer(exceptionSchema, 'In force.')[200] },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/exceptions/{id}',
  summary: 'End an exception before its time.',
  middleware: [noBody] as const,
  request: { params: z.object({ id: idText }), query: noQuerySchema },
  responses: { 204: { description: 'Ended.' }, ...notFoundAnswer },
});
