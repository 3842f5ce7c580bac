/** `/api/settings`: what operators may change about detection while Tidegate runs. */

import { createRoute } from '@hono/zod-openapi';
import { detectionSettingsSchema, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Settings } from '../../storage/settings.ts';
import { type ApiModule, actorOf, createApiModule, jsonAnswer, jsonBody, jsonOnly } from './api-module.ts';
import type { DetectionOrders } from './detection-orders.ts';

export function createSettingsRoutes(deps: {
  settings: Settings;
  detection: Pick<DetectionOrders, 'sendSettings'>;
}): ApiModule {
  const app = createApiModule();
  const { settings, detection } = deps;

  app.openapi(readRoute, async (c) => {
    authorize(c.get('principal'), 'settings.read');
    return c.json(await settings.read(), 200);
  });

  app.openapi(writeRoute, async (c) => {
    authorize(c.get('principal'), 'settings.update');
    const stored = await settings.write(c.req.valid('json'), actorOf(c));
    await detection.sendSettings();
    return c.json(stored, 200);
  });
  return app;
}

const readRoute = createRoute({
  method: 'get',
  path: '/api/settings',
  summary: 'Detection settings.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(detectionSettingsSchema, 'The settings in force.'),
});

const writeRoute = createRoute({
  method: 'put',
  path: '/api/settings',
  summary: 'Replace the detection settings; the engine follows before the answer is sent.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(detectionSettingsSchema) },
  responses: jsonAnswer(detectionSettingsSchema, 'The settings in force.'),
});
