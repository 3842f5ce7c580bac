/** Route templates of all frameworks in one spelling: `/v1/orders/{id}`; `/*` is what no route matched. */

export const unmatchedTemplate = '/*';

/** `:id` (Express, Fastify, Hono), `[id]`, `[...path]` (Next) and `*rest` (Express) become `{id}`, `{path}`, `{rest}`. */
export function normalTemplate(pattern: string): string {
  const template = pattern
    .replace(/(?<=\/)\[\[?(?:\.{3})?([^\]]+)\]?\](?=\/|$)/g, '{$1}')
    .replace(/:(?:"([^"]+)"|(\w+))(?:\{[^}]*\}|\([^)]*\))?[?+*]?/g, '{$1$2}')
    .replace(/\*(?:"([^"]+)"|(\w+))/g, '{$1$2}')
    .replace(/\/{2,}/g, '/');
  const rooted = template.startsWith('/') ? template : `/${template}`;
  return rooted.length > 1 ? rooted.replace(/\/$/, '') : rooted;
}

/** Puts parameters back in place of their values, where a framework tells the values but not the pattern. */
export function templateFromParams(path: string, params: Readonly<Record<string, unknown>>): string {
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(params)) {
    const text = Array.isArray(value) ? value.join('/') : value;
    if (typeof text === 'string' && text !== '') names.set(text, name);
  }
  let rest = path;
  // A wildcard's value spans segments: it is replaced whole before single segments are looked at.
  for (const [value, name] of names) if (value.includes('/')) rest = rest.replace(value, `{${name}}`);
  return rest
    .split('/')
    .map((segment) => {
      const name = names.get(decoded(segment));
      return name === undefined ? segment : `{${name}}`;
    })
    .join('/');
}

/** The value that the template's last parameter had, as it stands in the path: the object which the call names. */
export function objectIn(template: string, path: string): string | undefined {
  const names = template.split('/');
  const values = path.split('/');
  const last = names.findLastIndex((name) => name.startsWith('{'));
  return last < 0 || names.length !== values.length ? undefined : values[last];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
