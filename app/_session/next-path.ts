/** Where to go after sign-in: a path on our own origin, or home. An open redirect would make phishing easy. */

export function safeNextPath(next: string | null, origin: string): string {
  if (next === null || !next.startsWith('/')) return '/';
  const url = URL.canParse(next, origin) ? new URL(next, origin) : undefined;
  // `//host`, `/\host` and the like parse to another origin.
  if (url === undefined || url.origin !== origin) return '/';
  if (/^\/(sign-in|setup|invite|recover)(\/|$)/.test(url.pathname)) return '/';
  return url.pathname + url.search;
}
