/** What a client may ask for: scopes and audiences out of its own, and never more on a later request. */

import { OAuthError } from './oauth-error.ts';

/**
 * @param asked the parameter `scope`; all of `allowed` where it is absent.
 * @returns scopes in the order of `allowed`, with one space between
 * @throws OAuthError `invalid_scope`
 */
export function grantedScope(asked: string | undefined, allowed: readonly string[]): string {
  if (asked === undefined) return allowed.join(' ');
  const wanted = new Set(asked.split(' ').filter((scope) => scope !== ''));
  if (![...wanted].every((scope) => allowed.includes(scope))) {
    throw new OAuthError('invalid_scope', 'This scope may not be asked for here.');
  }
  return allowed.filter((scope) => wanted.has(scope)).join(' ');
}

/**
 * @param resource the parameter `resource` (RFC 8707); all of `allowed` where it is absent.
 * @throws OAuthError `invalid_target`
 */
export function grantedAudience(resource: string | undefined, allowed: readonly string[]): string[] {
  if (resource === undefined) return [...allowed];
  if (!allowed.includes(resource)) {
    throw new OAuthError('invalid_target', 'Tokens for this resource may not be asked for here.');
  }
  return [resource];
}
