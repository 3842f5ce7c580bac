/**
 * The secret of a one-time link, from the fragment, which no server and no log ever sees. It leaves the URL at once: it
 * must not stay in the history, in a screenshot or in a shared link.
 */

/** Outside React: effects run twice in development, and by then the URL no longer holds the token. */
let taken: { path: string; token: string } | undefined;

/** Empty where the link has none. */
export function takeLinkToken(): string {
  const { hash, pathname: path } = window.location;
  if (taken?.path !== path || hash !== '') {
    const fragment = hash.slice(1);
    taken = { path, token: new URLSearchParams(fragment).get('token') ?? fragment };
    window.history.replaceState(window.history.state, '', path);
  }
  return taken.token;
}
