/** A request's parameters (RFC 6749 3.1, 3.2): each at most once, empty ones as if they were not there. */

import { OAuthError } from './oauth-error.ts';

export type Parameters = ReadonlyMap<string, string>;

/** Names of parameters that were there twice. */
export function repeated(input: URLSearchParams): string[] {
  const seen = new Set<string>();
  return [...input.keys()].filter((name) => seen.has(name) || !seen.add(name));
}

export function parametersOf(input: URLSearchParams): Parameters {
  return new Map([...input].filter(([, value]) => value !== ''));
}

/** @throws OAuthError `invalid_request` */
export function readForm(contentType: string | undefined, body: string): Parameters {
  if (!/^application\/x-www-form-urlencoded\s*(;\s*charset=utf-8\s*)?$/i.test(contentType ?? '')) {
    throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded.');
  }
  const input = new URLSearchParams(body);
  if (repeated(input).length > 0) throw new OAuthError('invalid_request', 'A parameter is there twice.');
  return parametersOf(input);
}

/** @throws OAuthError `invalid_request` */
export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', `The parameter ${name} is missing.`);
  return value;
}
