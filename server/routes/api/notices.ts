/** `/api/notices`: what happened to the signed-in operator's own account, as the audit log tells it. */

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { accountNoticeSchema } from '../../../lib/contract/account.schema.ts';
import { pageQuery } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import { authorize } from '../../identity/authorize.ts';
import type { AuditReader } from '../../storage/audit-list.ts';
import { type ApiModule, createApiModule, jsonAnswer } from './api-module.ts';

export function createNoticeRoutes(deps: { auditReader: Pick<AuditReader, 'notices'> }): ApiModule {
  const app = createApiModule();
  app.openapi(listRoute, async (c) => {
    const { operatorId } = c.get('principal');
    authorize(c.get('principal'), 'notice.read', { id: operatorId });
    return c.json(await deps.auditReader.notices(operatorId, c.req.valid('query')), 200);
  });
  return app;
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/notices',
  summary: 'What happened to your account, newest first.',
  request: { query: z.strictObject(pageQuery) },
  responses: jsonAnswer(pageOf(accountNoticeSchema), 'One page, with the total.'),
});
