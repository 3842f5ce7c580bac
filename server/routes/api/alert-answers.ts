/** Answering alerts at their root: by one click, and which kinds are answered by themselves. */

import { createRoute, z } from '@hono/zod-openapi';
import {
  alertAnsweredSchema,
  alertAnswerOrderSchema,
  alertAnswersSchema,
} from '../../../lib/contract/alert-answers.schema.ts';
import { idText, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Alerts } from '../../storage/alerts.ts';
import type { AlertAnswering } from '../../watch/alert-answering.ts';
import {
  type ApiModule,
  actorOf,
  createApiModule,
  jsonAnswer,
  jsonBody,
  jsonOnly,
  notFoundAnswer,
} from './api-module.ts';

export interface AlertAnswerRoutesDeps {
  alerts: Pick<Alerts, 'get'>;
  answering: AlertAnswering;
}

export function createAlertAnswerRoutes({ alerts, answering }: AlertAnswerRoutesDeps): ApiModule {
  const app = createApiModule();

  app.openapi(readRoute, (c) => {
    authorize(c.get('principal'), 'alert_answers.read');
    return c.json(answering.settings(), 200);
  });

  app.openapi(writeRoute, async (c) => {
    const next = c.req.valid('json');
    authorize(c.get('principal'), 'alert_answers.update');
    return c.json(await answering.change(next, actorOf(c)), 200);
  });

  app.openapi(answerRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { answer } = c.req.valid('json');
    const principal = c.get('principal');
    authorize(principal, answer === 'revoke_family' ? 'alert.revoke' : 'alert.answer', { id });
    const found = await alerts.get(id);
    if (found === undefined) throw new AppError('not_found');
    return c.json(await answering.answer(found.alert, answer, actorOf(c)), 200);
  });
  return app;
}

const readRoute = createRoute({
  method: 'get',
  path: '/api/alert-answers',
  summary: 'What is done by itself, by kind of alert.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(alertAnswersSchema, 'As it is now.'),
});

const writeRoute = createRoute({
  method: 'put',
  path: '/api/alert-answers',
  summary: 'Say what is done by itself when an alert of a kind opens.',
  middleware: jsonOnly,
  request: { query: noQuerySchema, body: jsonBody(alertAnswersSchema) },
  responses: jsonAnswer(alertAnswersSchema, 'As it is now.'),
});

const answerRoute = createRoute({
  method: 'post',
  path: '/api/alerts/{id}/answer',
  summary: 'Slow down, challenge or end the sessions that the alert is about.',
  middleware: jsonOnly,
  request: { params: z.object({ id: idText }), query: noQuerySchema, body: jsonBody(alertAnswerOrderSchema) },
  responses: { ...jsonAnswer(alertAnsweredSchema, 'What was done to which sessions.'), ...notFoundAnswer },
});
