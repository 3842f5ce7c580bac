/** `/api/audit`: the log of who did what, to search, to take away and to check. Nothing here changes it. */

import { createRoute } from '@hono/zod-openapi';
import { noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import {
  auditFilterSchema,
  auditQuerySchema,
  auditRecordSchema,
  auditVerificationSchema,
} from '../../../lib/contract/audit.schema.ts';
import type { AuditRecord, AuditVerification } from '../../../lib/contract/audit.ts';
import { authorize } from '../../identity/authorize.ts';
import { appendAudit } from '../../storage/audit.ts';
import type { AuditReader } from '../../storage/audit-list.ts';
import type { Database } from '../../storage/database.ts';
import { type ApiModule, actorOf, createApiModule, jsonAnswer } from './api-module.ts';

export interface AuditRouteDeps {
  auditReader: AuditReader;
  verifyAuditLog: () => Promise<AuditVerification>;
  database: Pick<Database, 'transaction'>;
  clock: { now(): number };
}

export function createAuditRoutes(deps: AuditRouteDeps): ApiModule {
  const app = createApiModule();

  app.openapi(listRoute, async (c) => {
    authorize(c.get('principal'), 'audit.read');
    return c.json(await deps.auditReader.list(c.req.valid('query')), 200);
  });

  app.openapi(exportRoute, async (c) => {
    authorize(c.get('principal'), 'audit.export');
    const filter = c.req.valid('query');
    const { operatorId, address } = actorOf(c);
    const entry = { actor: operatorId, action: 'audit.exported', target: 'audit', outcome: 'done' } as const;
    await deps.database.transaction((tx) =>
      appendAudit(tx, [{ at: deps.clock.now(), ...entry, address, detail: { ...filter } }]),
    );
    const disposition = 'attachment; filename="tidegate-audit.ndjson"';
    const headers = { 'content-type': 'application/x-ndjson', 'content-disposition': disposition };
    return new Response(ndjson(deps.auditReader.all(filter)), { headers });
  });

  // Reading a million entries takes seconds, so all who ask at once share one reading.
  let reading: Promise<AuditVerification> | undefined;
  app.openapi(verifyRoute, async (c) => {
    authorize(c.get('principal'), 'audit.verify');
    reading ??= deps.verifyAuditLog().finally(() => {
      reading = undefined;
    });
    return c.json(await reading, 200);
  });
  return app;
}

/** One record a line, read as fast as the client takes them. */
function ndjson(records: AsyncGenerator<AuditRecord>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await records.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
    },
    async cancel() {
      await records.return(undefined);
    },
  });
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/audit',
  summary: 'The audit log, newest first.',
  request: { query: auditQuerySchema },
  responses: jsonAnswer(pageOf(auditRecordSchema), 'One page, with the total for the filter.'),
});

const exportRoute = createRoute({
  method: 'get',
  path: '/api/audit/export',
  summary: 'The audit log as NDJSON, oldest first, with the hashes that chain it.',
  request: { query: auditFilterSchema },
  responses: {
    200: { description: 'application/x-ndjson: one record a line.' },
  },
});

const verifyRoute = createRoute({
  method: 'get',
  path: '/api/audit/verification',
  summary: 'Read the whole chain and say whether it is whole.',
  request: { query: noQuerySchema },
  responses: jsonAnswer(auditVerificationSchema, 'What was found.'),
});
