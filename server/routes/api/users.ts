/** `/api/users`: the callers of the customer's API, each against its own normal. */

import { createRoute, z } from '@hono/zod-openapi';
import {
  listQuerySchema,
  noQuerySchema,
  userName,
  userSeriesQuerySchema,
} from '../../../lib/contract/api.schema.ts';
import {
  pageOf,
  trafficSeriesSchema,
  userDetailSchema,
  userSummarySchema,
} from '../../../lib/contract/api-answers.schema.ts';
import type { Collector } from '../../collector/collector.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Alerts } from '../../storage/alerts.ts';
import { type ApiModule, createApiModule, jsonAnswer, notFoundAnswer } from './api-module.ts';
import { seriesRange } from './series-range.ts';

/** Alerts shown with a user; the list of alerts has the rest. */
const alertsShown = 50;

export function createUserRoutes(deps: {
  collector: Pick<Collector, 'users' | 'user' | 'series'>;
  alerts: Pick<Alerts, 'list' | 'openCounts'>;
  clock: { now(): number };
}): ApiModule {
  const app = createApiModule();
  const { collector, alerts, clock } = deps;

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'user.read');
    const query = c.req.valid('query');
    const page = await collector.users({ ...query, cursor: query.cursor });
    const open = await alerts.openCounts(
      'user',
      page.items.map((row) => row.user),
    );
    const items = page.items.map((row) => ({ ...row, openAlerts: open.get(row.user) ?? 0 }));
    return c.json({ ...page, items }, 200);
  });

  app.openapi(detailRoute, async (c) => {
    const { user } = c.req.valid('param');
    authorize(c.get('principal'), 'user.read', { id: user });
    const view = await collector.user(user);
    if (view === undefined) throw new AppError('not_found');
    const open = await alerts.openCounts('user', [user]);
    const recent = await alerts.list({ user, limit: alertsShown });
    const summary = { ...view.summary, openAlerts: open.get(user) ?? 0 };
    return c.json({ ...view, summary, alerts: recent.items }, 200);
  });

  app.openapi(seriesRoute, async (c) => {
    const { user } = c.req.valid('param');
    authorize(c.get('principal'), 'user.read', { id: user });
    const { endpoint, ...range } = c.req.valid('query');
    return c.json(await collector.series({ user, endpoint, ...seriesRange(range, clock.now()) }), 200);
  });
  return app;
}

/** A name may hold any character; in the path it is percent-encoded, slashes too. */
const userParam = z.object({ user: userName });

const listRoute = createRoute({
  method: 'get',
  path: '/api/users',
  summary: 'Users, most surprising first.',
  request: { query: listQuerySchema },
  responses: jsonAnswer(pageOf(userSummarySchema), 'One page, with the total for the filter.'),
});

const detailRoute = createRoute({
  method: 'get',
  path: '/api/users/{user}',
  summary: "One user's endpoints against their baselines, its throttles and alerts.",
  request: { params: userParam, query: noQuerySchema },
  responses: { ...jsonAnswer(userDetailSchema, 'The user.'), ...notFoundAnswer },
});

const seriesRoute = createRoute({
  method: 'get',
  path: '/api/users/{user}/series',
  summary: "The user's requests per minute with the expected band, of one endpoint or of all.",
  request: { params: userParam, query: userSeriesQuerySchema },
  responses: jsonAnswer(trafficSeriesSchema, 'The series.'),
});
