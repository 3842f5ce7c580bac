/** `GET /api/live`: what the Live page starts from. */

import { createRoute } from '@hono/zod-openapi';
import { noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { liveSnapshotSchema } from '../../../lib/contract/api-answers.schema.ts';
import { authorize } from '../../identity/authorize.ts';
import type { LiveView } from '../../stream/live-view.ts';
import { type ApiModule, createApiModule, jsonAnswer } from './api-module.ts';

export function createLiveRoutes(deps: { liveView: LiveView }): ApiModule {
  const app = createApiModule();
  app.openapi(snapshotRoute, async (c) => {
    authorize(c.get('principal'), 'live.read');
    await deps.liveView.refreshCounts();
    return c.json(deps.liveView.snapshot(), 200);
  });
  return app;
}

const snapshotRoute = createRoute({
  method: 'get',
  path: '/api/live',
  summary: 'Traffic of the last 15 minutes, the surprises of now, throttles in force, totals.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(liveSnapshotSchema, 'The state of now.'),
});
