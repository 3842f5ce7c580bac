/** What the modules of `/v1` have in common: parameters at most once, each of a known length. */

import { OpenAPIHono } from '@hono/zod-openapi';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';

/** A module whose requests are parsed by their schemas; the answer names the field and repeats nothing of its value. */
export function createV1Module(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const fields = new Set(result.error.issues.map((issue) => String(issue.path[0] ?? 'request')));
      throw new AppError('invalid_request', { public: `Check: ${[...fields].join(', ')}.` });
    },
  });
}
