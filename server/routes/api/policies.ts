/** `/api/policies`: who may do what, as text: read, check, try on the last day, publish, roll back. */

import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { noQuerySchema } from '../../../lib/contract/api.schema.ts';
import {
  policyDraftSchema,
  policyDryRunSchema,
  policyOverviewSchema,
  policyPublicationSchema,
  policyRestorationSchema,
  policyVerdictSchema,
  policyVersionSchema,
} from '../../../lib/contract/policies.schema.ts';
import type { PolicyText } from '../../../lib/contract/policies.ts';
import { AppError } from '../../http/app-error.ts';
import { authorize } from '../../identity/authorize.ts';
import type { PolicyAdministration } from '../../policies/administration.ts';
import {
  type ApiModule,
  authorOf,
  createApiModule,
  jsonAnswer,
  jsonBody,
  largeJsonOnly,
  notFoundAnswer,
} from './api-module.ts';

export interface PolicyRoutesDeps {
  policies: PolicyAdministration;
  environment: string;
}

export function createPolicyRoutes({ policies, environment }: PolicyRoutesDeps): ApiModule {
  const app = createApiModule();

  app.openapi(overviewRoute, async (c) => {
    authorize(c.get('principal'), 'policy.read');
    return c.json(await policies.overview(), 200);
  });

  app.openapi(versionRoute, async (c) => {
    const { version } = c.req.valid('param');
    authorize(c.get('principal'), 'policy.read', { id: version });
    const found = await policies.version(Number(version));
    if (found === undefined) throw new AppError('not_found');
    return c.json(found, 200);
  });

  app.openapi(validateRoute, (c) => {
    authorize(c.get('principal'), 'policy.test');
    return c.json(policies.validate(c.req.valid('json').policies), 200);
  });

  app.openapi(dryRunRoute, async (c) => {
    authorize(c.get('principal'), 'policy.test');
    return c.json(await policies.dryRun(c.req.valid('json').policies), 200);
  });

  app.openapi(publishRoute, async (c) => {
    const { policies: documents, comment, basedOn } = c.req.valid('json');
    // What is confirmed is this very text, not publishing in general.
    authorize(c.get('principal'), 'policy.update', { id: digestOf(documents) });
    return c.json(await policies.publish({ documents, comment, basedOn }, authorOf(c, environment)), 201);
  });

  app.openapi(restoreRoute, async (c) => {
    const wanted = c.req.valid('json');
    authorize(c.get('principal'), 'policy.update', { id: `version:${wanted.version}` });
    return c.json(await policies.restore(wanted, authorOf(c, environment)), 201);
  });
  return app;
}

function digestOf(documents: PolicyText[]): string {
  return createHash('sha256').update(JSON.stringify(documents)).digest('base64url').slice(0, 22);
}

const overviewRoute = createRoute({
  method: 'get',
  path: '/api/policies',
  summary: 'The policies in force, their versions, and what they can speak of.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(policyOverviewSchema, 'As they are now.'),
});

const versionRoute = createRoute({
  method: 'get',
  path: '/api/policies/versions/{version}',
  summary: 'One version with its text; 0 is what Tidegate comes with.',
  request: { params: z.object({ version: z.string().regex(/^\d{1,7}$/) }), query: noQuerySchema },
  responses: { ...jsonAnswer(policyVersionSchema, 'The version.'), ...notFoundAnswer },
});

const draft = { query: noQuerySchema, body: jsonBody(policyDraftSchema) };

const validateRoute = createRoute({
  method: 'post',
  path: '/api/policies/validate',
  summary: 'Mistakes and warnings of a draft, with line and column.',
  middleware: largeJsonOnly,
  request: draft,
  responses: jsonAnswer(policyVerdictSchema, 'Whether it could be published.'),
});

const dryRunRoute = createRoute({
  method: 'post',
  path: '/api/policies/dry-run',
  summary: "What a draft would have answered otherwise to the last day's requests.",
  middleware: largeJsonOnly,
  request: draft,
  responses: jsonAnswer(policyDryRunSchema, 'The changed outcomes.'),
});

const refusals = {
  409: { description: 'Another version came first.' },
  422: { description: 'It has mistakes, or would leave no owner in charge.' },
} as const;

const publishRoute = createRoute({
  method: 'post',
  path: '/api/policies',
  summary: 'Put a draft in force, for the next request and for open connections.',
  middleware: largeJsonOnly,
  request: { query: noQuerySchema, body: jsonBody(policyPublicationSchema) },
  responses: { 201: jsonAnswer(policyVersionSchema, 'In force.')[200], ...refusals },
});

const restoreRoute = createRoute({
  method: 'post',
  path: '/api/policies/restore',
  summary: 'Put the text of an older version in force again, as a new version.',
  middleware: largeJsonOnly,
  request: { query: noQuerySchema, body: jsonBody(policyRestorationSchema) },
  responses: { 201: jsonAnswer(policyVersionSchema, 'In force.')[200], ...refusals, ...notFoundAnswer },
});
