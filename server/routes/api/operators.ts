/** `/api/operators`: who may sign in and as what. Every change is confirmed with a passkey, for that very change. */

import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { idText, noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import { operatorAccountSchema, operatorChangeSchema } from '../../../lib/contract/operators.schema.ts';
import type { OperatorAccount, OperatorChange } from '../../../lib/contract/operators.ts';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import { authorize } from '../../identity/authorize.ts';
import type { Resource } from '../../policies/authority.ts';
import type { OperatorAdministration } from '../../policies/operator-administration.ts';
import {
  type ApiModule,
  authorOf,
  createApiModule,
  jsonAnswer,
  jsonBody,
  jsonOnly,
  noBody,
  notFoundAnswer,
} from './api-module.ts';

export interface OperatorRoutesDeps {
  operators: OperatorAdministration;
  environment: string;
}

type ChangeAction = 'operator.update' | 'operator.disable' | 'operator.enable';

export function createOperatorRoutes({ operators, environment }: OperatorRoutesDeps): ApiModule {
  const app = createApiModule();

  /** Asks for the change of this account; whether it exists is told only to who may ask. */
  async function allowed(
    c: Context<ApiEnv>,
    action: ChangeAction,
    id: string,
    detail: (account: OperatorAccount) => Pick<Resource, 'grants' | 'change'>,
  ): Promise<void> {
    const account = await operators.find(id);
    const more = account === undefined ? {} : { role: account.role, ...detail(account) };
    authorize(c.get('principal'), action, { id, owner: id, ...more });
    if (account === undefined) throw new AppError('not_found');
  }

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'operator.read');
    const items = await operators.list();
    return c.json({ items, total: items.length }, 200);
  });

  app.openapi(updateRoute, async (c) => {
    const { id } = c.req.valid('param');
    const set = c.req.valid('json');
    await allowed(c, 'operator.update', id, (account) => ({
      grants: { role: set.role ?? account.role, clearance: set.clearance ?? account.clearance },
      change: changeText(set),
    }));
    return c.json(await operators.update(id, set, authorOf(c, environment)), 200);
  });

  app.openapi(stateRoute('disable'), async (c) => {
    const { id } = c.req.valid('param');
    await allowed(c, 'operator.disable', id, () => ({}));
    return c.json(await operators.disable(id, authorOf(c, environment)), 200);
  });

  app.openapi(stateRoute('enable'), async (c) => {
    const { id } = c.req.valid('param');
    // With the account come back its role and clearance.
    const grants = ({ role, clearance }: OperatorAccount) => ({ grants: { role, clearance } });
    await allowed(c, 'operator.enable', id, grants);
    return c.json(await operators.enable(id, authorOf(c, environment)), 200);
  });
  return app;
}

/** `role=viewer,clearance=1`: what exactly is confirmed. */
function changeText({ role, clearance, team }: OperatorChange): string {
  const teamDigest = createHash('sha256')
    .update(team ?? '')
    .digest('base64url')
    .slice(0, 12);
  return [
    ...(role === undefined ? [] : [`role=${role}`]),
    ...(clearance === undefined ? [] : [`clearance=${clearance}`]),
    ...(team === undefined ? [] : [`team=${teamDigest}`]),
  ].join(',');
}

const idParam = z.object({ id: idText });

const listRoute = createRoute({
  method: 'get',
  path: '/api/operators',
  summary: 'All operators, oldest first.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(pageOf(operatorAccountSchema), 'All of them.'),
});

const changed = {
  ...jsonAnswer(operatorAccountSchema, 'The operator as it is now.'),
  ...notFoundAnswer,
  409: { description: 'No owner would be left in charge.' },
} as const;

const updateRoute = createRoute({
  method: 'patch',
  path: '/api/operators/{id}',
  summary: 'Change role, team or clearance, for the next request and for open connections.',
  middleware: jsonOnly,
  request: { params: idParam, query: noQuerySchema, body: jsonBody(operatorChangeSchema) },
  responses: changed,
});

function stateRoute(verb: 'disable' | 'enable') {
  return createRoute({
    method: 'post',
    path: `/api/operators/{id}/${verb}`,
    summary:
      verb === 'disable'
        ? 'Keep an operator out: sessions, tokens and sockets end at once.'
        : 'Let an operator sign in again.',
    middleware: [noBody] as const,
    request: { params: idParam, query: noQuerySchema },
    responses: changed,
  });
}
