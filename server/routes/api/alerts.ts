/** `/api/alerts`: the list, one alert with its chart, and what an operator answers to one or to many. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Alert } from '../../../lib/contract/alert.ts';
import {
  alertQuerySchema,
  bulkSchema,
  idText,
  muteMsMax,
  muteSchema,
  noQuerySchema,
} from '../../../lib/contract/api.schema.ts';
import {
  alertDetailSchema,
  alertSummarySchema,
  alertsChangedSchema,
  pageOf,
} from '../../../lib/contract/api-answers.schema.ts';
import type { AlertSummary, TrafficSeries } from '../../../lib/contract/console.ts';
import { eventAheadMsMax } from '../../../lib/contract/event.ts';
import type { Collector } from '../../collector/collector.ts';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import { authorize } from '../../identity/authorize.ts';
import type { AlertAction, Alerts } from '../../storage/alerts.ts';
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

export interface AlertRoutesDeps {
  alerts: Alerts;
  collector: Pick<Collector, 'series' | 'throttles'>;
  clock: { now(): number };
}

/** The chart begins this long before the finding, so that the normal is seen beside it. */
const chartBeforeMs = 30 * 60 * 1000;
const chartAfterMs = 10 * 60 * 1000;
/** Widest chart of an alert; a finding that lasts longer shows its latest day. */
const chartMsMax = 24 * 60 * 60 * 1000;

export function createAlertRoutes(deps: AlertRoutesDeps): ApiModule {
  const app = createApiModule();
  const { alerts, collector, clock } = deps;

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'alert.read');
    return c.json(await alerts.list(c.req.valid('query')), 200);
  });

  app.openapi(detailRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'alert.read', { id });
    const found = await alerts.get(id);
    if (found === undefined) throw new AppError('not_found');
    const series = await seriesOf(collector, found.alert, clock.now());
    const throttles = collector.throttles().filter((throttle) => throttle.alertId === id);
    return c.json({ ...found, series, throttles }, 200);
  });

  for (const action of ['acknowledge', 'resolve', 'reopen'] as const) {
    app.openapi(actionRoute(action), async (c) => {
      const { id } = c.req.valid('param');
      authorize(c.get('principal'), 'alert.update', { id });
      return c.json(await changeOne(c, alerts, { id, action }), 200);
    });
  }

  app.openapi(muteRoute, async (c) => {
    const { id } = c.req.valid('param');
    authorize(c.get('principal'), 'alert.update', { id });
    const { untilMs } = c.req.valid('json');
    refuseMuteTime(untilMs, clock.now());
    return c.json(await changeOne(c, alerts, { id, action: 'mute', mutedUntil: untilMs }), 200);
  });

  app.openapi(bulkRoute, async (c) => {
    const order = c.req.valid('json');
    for (const id of order.ids) authorize(c.get('principal'), 'alert.update', { id });
    const mutedUntil = order.action === 'mute' ? order.untilMs : undefined;
    if (mutedUntil !== undefined) refuseMuteTime(mutedUntil, clock.now());
    const change = { ids: [...new Set(order.ids)], action: order.action, mutedUntil, actor: actorOf(c) };
    return c.json({ items: await alerts.change(change) }, 200);
  });
  return app;
}

async function changeOne(
  c: Context<ApiEnv>,
  alerts: Alerts,
  { id, action, mutedUntil }: { id: string; action: AlertAction; mutedUntil?: number },
): Promise<AlertSummary> {
  const [changed] = await alerts.change({ ids: [id], action, mutedUntil, actor: actorOf(c) });
  if (changed === undefined) throw new AppError('not_found');
  return changed;
}

/** By the operator's clock, which may be a little ahead of ours. */
function refuseMuteTime(untilMs: number, nowMs: number): void {
  if (untilMs <= nowMs || untilMs > nowMs + muteMsMax + eventAheadMsMax) {
    throw new AppError('invalid_request', { public: 'A mute ends in the future, within 30 days.' });
  }
}

/** Around the finding: its pair's, or what of it is known. An address alone is drawn as the stranger it stands for. */
async function seriesOf(
  collector: AlertRoutesDeps['collector'],
  { scope, openedAt, endedAt }: Alert,
  nowMs: number,
): Promise<TrafficSeries> {
  const toMs = Math.min(nowMs, (endedAt ?? nowMs) + chartAfterMs);
  const fromMs = Math.max(openedAt - chartBeforeMs, toMs - chartMsMax);
  const onlyAddress = scope.user === undefined && scope.endpoint === undefined && scope.ip !== undefined;
  const user = onlyAddress ? `ip:${scope.ip}` : scope.user;
  const series = await collector.series({ user, endpoint: scope.endpoint, fromMs, toMs });
  // Where that stranger has no rows, its requests carried user names: all traffic is the nearest picture there is.
  return onlyAddress && series.points.length === 0 ? collector.series({ fromMs, toMs }) : series;
}

const idParam = z.object({ id: idText });

const listRoute = createRoute({
  method: 'get',
  path: '/api/alerts',
  summary: 'Alerts, newest first.',
  request: { query: alertQuerySchema },
  responses: jsonAnswer(pageOf(alertSummarySchema), 'One page, with the total for the filter.'),
});

const detailRoute = createRoute({
  method: 'get',
  path: '/api/alerts/{id}',
  summary: 'One alert: evidence, chart, throttles, timeline.',
  request: { params: idParam, query: noQuerySchema },
  responses: { ...jsonAnswer(alertDetailSchema, 'The alert.'), ...notFoundAnswer },
});

function actionRoute(action: 'acknowledge' | 'resolve' | 'reopen') {
  return createRoute({
    method: 'post',
    path: `/api/alerts/{id}/${action}`,
    summary: `Change the alert's status: ${action}.`,
    middleware: [noBody] as const,
    request: { params: idParam, query: noQuerySchema },
    responses: { ...jsonAnswer(alertSummarySchema, 'The alert as it is now.'), ...notFoundAnswer },
  });
}

const muteRoute = createRoute({
  method: 'post',
  path: '/api/alerts/{id}/mute',
  summary: 'Leave the alert out of counts and notifications until a time.',
  middleware: jsonOnly,
  request: { params: idParam, query: noQuerySchema, body: jsonBody(muteSchema) },
  responses: { ...jsonAnswer(alertSummarySchema, 'The alert as it is now.'), ...notFoundAnswer },
});

const bulkRoute = createRoute({
  method: 'post',
  path: '/api/alerts/bulk',
  summary: 'Change the status of many alerts at once; unknown ids are left out of the answer.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(bulkSchema) },
  responses: jsonAnswer(alertsChangedSchema, 'The alerts as they are now.'),
});
