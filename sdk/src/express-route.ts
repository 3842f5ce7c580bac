/**
 * Which route an Express app will take a request to, found before it is taken there. Express tells `req.route` only
 * once the handler's turn has come, which is too late to refuse; so the app's own layers are asked in their order, the
 * way its router does. It reads what Express keeps in plain sight (`stack`, `match`, `route`) and changes nothing.
 *
 * Router 2.3 names the pattern of a match. Before that, a mounted router knows only the text that matched and its
 * parameters: those are put back in. What a mere function does inside (a router wrapped in one, a sub-app) is unseen.
 */

import { templateFromParams } from './route-template.ts';

export interface ExpressApp {
  router?: unknown;
  path?(): string;
}

interface Match {
  /** The part of the path that matched. */
  path: string;
  template: string;
}

type Fields = { readonly [name: string]: unknown };

/** Routers nested deeper than this are taken for a loop. */
const depthMax = 20;

const isFields = (value: unknown): value is Fields =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/**
 * @param path as the client sent it, without the query
 * @returns the pattern in Express's spelling, `/v1/orders/:id`; undefined when no route matches
 */
export function expressTemplate(app: ExpressApp, method: string, path: string): string | undefined {
  const mountedAt = app.path?.() ?? '';
  try {
    return search(app.router, method, withoutMount(path, mountedAt), mountedAt, depthMax);
  } catch {
    // A path that cannot be decoded: Express answers 400 before any route.
    return undefined;
  }
}

/** A sub-app sees paths below its own; its pattern has as many segments as the text it stands for. */
function withoutMount(path: string, mountedAt: string): string {
  const skipped = mountedAt.split('/').length - 1;
  return `/${path
    .split('/')
    .slice(skipped + 1)
    .join('/')}`;
}

function search(
  router: unknown,
  method: string,
  path: string,
  prefix: string,
  depth: number,
): string | undefined {
  if (!isFields(router) || !Array.isArray(router.stack) || depth === 0) return undefined;
  for (const layer of router.stack) {
    if (!isFields(layer)) continue;
    const { route, handle } = layer;
    const isRoute = isFields(route);
    if (isRoute ? !takes(route, method) : !isFields(handle) || !Array.isArray(handle.stack)) continue;
    const match = matchOf(layer, path);
    if (match === undefined) continue;
    if (isRoute) return prefix + match.template;
    const rest = path.slice(match.path.length);
    if (rest !== '' && !rest.startsWith('/')) continue;
    const below = match.template === '/' ? '' : match.template;
    const found = search(handle, method, rest === '' ? '/' : rest, prefix + below, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function takes(route: Fields, method: string): boolean {
  if (!isFields(route.methods)) return false;
  const name = method.toLowerCase();
  const { _all: all, get } = route.methods;
  return Boolean(all || route.methods[name] || (name === 'head' && get));
}

function matchOf(layer: Fields, path: string): Match | undefined {
  if (typeof layer.match !== 'function') return undefined;
  const answer: unknown = layer.match(path);
  if (!answer) return undefined;
  // Newer routers answer with the match; older ones answer true and leave it on the layer.
  const match = isFields(answer) ? answer : layer;
  const matched = typeof match.path === 'string' ? match.path : '';
  const params = isFields(match.params) ? match.params : {};
  const pattern = isFields(answer) ? answer.pattern : isFields(layer.route) ? layer.route.path : undefined;
  // Optional parts, in braces, may be absent from this very path; expressions have no spelling of their own.
  const isPlain = typeof pattern === 'string' && !pattern.includes('{');
  if (isPlain) return { path: matched, template: pattern === '/' ? '/' : pattern };
  if (pattern instanceof RegExp) return { path: matched, template: `/~${pattern.source}` };
  return { path: matched, template: templateFromParams(matched, params) };
}
