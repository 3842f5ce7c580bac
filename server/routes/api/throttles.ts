/** `/api/throttles`: the limits in force, and lifting one. */

import { createRoute, z } from '@hono/zod-openapi';
import { idText, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf, throttleSchema } from '../../../lib/contract/api-answers.schema.ts';
import type { Collector } from '../../collector/collector.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize } from '../../identity/authorize.ts';
import { appendAudit } from '../../storage/audit.ts';
import type { Database } from '../../storage/database.ts';
import {
  type ApiModule,
  actorOf,
  createApiModule,
  jsonAnswer,
  noBody,
  notFoundAnswer,
} from './api-module.ts';

export function createThrottleRoutes(deps: {
  collector: Pick<Collector, 'throttles' | 'command'>;
  database: Pick<Database, 'transaction'>;
  clock: { now(): number };
}): ApiModule {
  const app = createApiModule();
  const { collector, database, clock } = deps;

  app.openapi(listRoute, (c) => {
    authorize(c.get('principal'), 'throttle.read');
    const items = collector.throttles();
    return c.json({ items, total: items.length }, 200);
  });

  app.openapi(liftRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'throttle.lift', { id });
    const throttle = collector.throttles().find((inForce) => inForce.id === id);
    if (throttle === undefined) throw new AppError('not_found');
    const actor = actorOf(c);
    await database.transaction(async (tx) => {
      await appendAudit(tx, [
        {
          at: clock.now(),
          actor: actor.operatorId,
          action: 'throttle.lift',
          target: id,
          outcome: 'done',
          address: actor.address,
          detail: { scope: throttle.scope, kind: throttle.kind, alertId: throttle.alertId },
        },
      ]);
      // Inside: an order that the engine's log did not take leaves no entry that says it was done.
      await collector.command({ type: 'lift', throttleId: id });
    });
    return c.body(null, 204);
  });
  return app;
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/throttles',
  summary: 'Throttles in force, fleet-wide.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(pageOf(throttleSchema), 'All of them.'),
});

const liftRoute = createRoute({
  method: 'delete',
  path: '/api/throttles/{id}',
  summary: 'Lift a throttle: enforcement points stop applying it at once.',
  middleware: [noBody] as const,
  request: { params: z.object({ id: idText }), query: noQuerySchema },
  responses: { 204: { description: 'Lifted.' }, ...notFoundAnswer },
});
