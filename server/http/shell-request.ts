/**
 * What may be passed to Next. It throws, and so answers 500, where a path or its router's own header cannot be parsed;
 * such a request is the caller's mistake and is told so before.
 */

import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

const kindsOfParameter = ['c', 'ci(..)(..)', 'ci(.)', 'ci(..)', 'ci(...)', 'oc'] as const;
const kindsOfDynamic = ['d', 'di(..)(..)', 'di(.)', 'di(..)', 'di(...)'] as const;
const parameterKind = z.enum([...kindsOfParameter, ...kindsOfDynamic]);
const segment = z.union([
  z.string(),
  z.tuple([z.string(), z.string(), parameterKind, z.array(z.string()).nullable()]),
]);

/** The segments that a page shows already, as the `next-router-state-tree` header of Next 16 carries them. */
const routerState = z.tuple([
  segment,
  z.record(
    z.string(),
    z.lazy((): z.ZodType => routerState),
  ),
  z.tuple([z.string(), z.string()]).nullish(),
  z.enum(['refetch', 'inside-shared-layout', 'metadata-only']).nullish(),
  z.number().nullish(),
  z.string().optional(),
]);

/** False where Next would fail on it. */
export function isShellRequest(request: IncomingMessage): boolean {
  const target = request.url ?? '/';
  if (!target.startsWith('/') || target.includes('%00')) return false;
  const state = request.headers['next-router-state-tree'];
  try {
    decodeURIComponent(target.replace(/[?#].*$/s, ''));
    if (state === undefined) return true;
    return routerState.safeParse(JSON.parse(decodeURIComponent(String(state)))).success;
  } catch {
    return false;
  }
}
