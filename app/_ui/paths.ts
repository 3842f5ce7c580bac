/** Links to things whose names come from strangers: they hold slashes, spaces, braces, or are no text at all. */

export function userPath(user: string): string {
  return `/users/${encodePart(user)}`;
}

export function endpointPath(endpoint: string): string {
  return `/endpoints/${encodePart(endpoint)}`;
}

/** One part of a path or query. Half a character (a lone surrogate) becomes U+FFFD, where the platform's own throws. */
export function encodePart(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

/** The name in a route parameter; one that is badly encoded is shown as it stands. */
export function fromPath(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}
