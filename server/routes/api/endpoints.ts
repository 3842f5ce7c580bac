/**
 * `/api/endpoints`: the endpoints of the customer's API. An endpoint's name holds spaces and slashes, so it travels as
 * a query parameter.
 */

import { createRoute } from '@hono/zod-openapi';
import {
  endpointQuerySchema,
  endpointSeriesQuerySchema,
  listQuerySchema,
} from '../../../lib/contract/api.schema.ts';
import {
  endpointDetailSchema,
  endpointSummarySchema,
  pageOf,
  trafficSeriesSchema,
} from '../../../lib/contract/api-answers.schema.ts';
import type { Mode } from '../../../lib/contract/decision.ts';
import type { Collector } from '../../collector/collector.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Alerts } from '../../storage/alerts.ts';
import { type ApiModule, createApiModule, jsonAnswer, notFoundAnswer } from './api-module.ts';
import type { DetectionOrders } from './detection-orders.ts';
import { seriesRange } from './series-range.ts';

/** Alerts shown with an endpoint; the list of alerts has the rest. */
const alertsShown = 50;

export function createEndpointRoutes(deps: {
  collector: Pick<Collector, 'endpoints' | 'endpoint' | 'series'>;
  alerts: Pick<Alerts, 'list' | 'openCounts'>;
  detection: Pick<DetectionOrders, 'current'>;
  clock: { now(): number };
}): ApiModule {
  const app = createApiModule();
  const { collector, alerts, detection, clock } = deps;

  function modeOf(endpoint: string): Mode {
    const { mode, modeByEndpoint } = detection.current();
    return Object.hasOwn(modeByEndpoint, endpoint) ? (modeByEndpoint[endpoint] ?? mode) : mode;
  }

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'endpoint.read');
    const query = c.req.valid('query');
    const page = await collector.endpoints({ ...query, cursor: query.cursor });
    const open = await alerts.openCounts(
      'endpoint',
      page.items.map((row) => row.endpoint),
    );
    const items = page.items.map((row) => ({
      ...row,
      mode: modeOf(row.endpoint),
      openAlerts: open.get(row.endpoint) ?? 0,
    }));
    return c.json({ ...page, items }, 200);
  });

  app.openapi(detailRoute, async (c) => {
    const { endpoint } = c.req.valid('query');
    authorize(c.get('principal'), 'endpoint.read', { id: endpoint });
    const view = await collector.endpoint(endpoint);
    if (view === undefined) throw new AppError('not_found');
    const open = await alerts.openCounts('endpoint', [endpoint]);
    const recent = await alerts.list({ endpoint, limit: alertsShown });
    const summary = { ...view.summary, mode: modeOf(endpoint), openAlerts: open.get(endpoint) ?? 0 };
    return c.json({ ...view, summary, alerts: recent.items }, 200);
  });

  app.openapi(seriesRoute, async (c) => {
    const { endpoint, ...range } = c.req.valid('query');
    authorize(c.get('principal'), 'endpoint.read', { id: endpoint });
    return c.json(await collector.series({ endpoint, ...seriesRange(range, clock.now()) }), 200);
  });
  return app;
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/endpoints',
  summary: 'Endpoints, most surprising first.',
  request: { query: listQuerySchema },
  responses: jsonAnswer(pageOf(endpointSummarySchema), 'One page, with the total for the filter.'),
});

const detailRoute = createRoute({
  method: 'get',
  path: '/api/endpoints/detail',
  summary: 'One endpoint: its busiest users, what its crowd does, throttles and alerts.',
  request: { query: endpointQuerySchema },
  responses: { ...jsonAnswer(endpointDetailSchema, 'The endpoint.'), ...notFoundAnswer },
});

const seriesRoute = createRoute({
  method: 'get',
  path: '/api/endpoints/series',
  summary: "The endpoint's requests per minute with the expected band.",
  request: { query: endpointSeriesQuerySchema },
  responses: jsonAnswer(trafficSeriesSchema, 'The series.'),
});
