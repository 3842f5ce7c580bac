/** Links to things whose names hold slashes, spaces and braces. */

export function userPath(user: string): string {
  return `/users/${encodeURIComponent(user)}`;
}

export function endpointPath(endpoint: string): string {
  return `/endpoints/${encodeURIComponent(endpoint)}`;
}

/** The name in a route parameter; one that is badly encoded is shown as it stands. */
export function fromPath(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}
