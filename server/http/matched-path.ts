import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { ApiEnv } from './env.ts';

/** The path of the route that a request came to, as it was registered; undefined where there is none. */
export function matchedPath(c: Context<ApiEnv>): string | undefined {
  return matchedRoutes(c).findLast(({ method, path }) => method !== 'ALL' && !path.includes('*'))?.path;
}
