/** Which throttles cover a request: found by the narrowest keys, so that a flood of refusals stays cheap to count. */

import type { Scope } from '../contract/decision.ts';
import { endpointName, type RequestEvent } from '../contract/event.ts';

/** Key of a scope -> keys of the findings whose throttles have it. */
export type Covering = Map<string, string[]>;

const keyOf = ({ user = '', ip = '', tokenId = '', endpoint = '' }: Scope): string =>
  `${user}\n${ip}\n${tokenId}\n${endpoint}`;

export function cover(covering: Covering, scope: Scope, findingKey: string): void {
  const key = keyOf(scope);
  covering.set(key, [...(covering.get(key) ?? []), findingKey]);
}

export function uncover(covering: Covering, scope: Scope, findingKey: string): void {
  const key = keyOf(scope);
  const rest = (covering.get(key) ?? []).filter((other) => other !== findingKey);
  if (rest.length > 0) covering.set(key, rest);
  else covering.delete(key);
}

/** Keys of all findings whose throttle covers the event. */
export function coveringOf(covering: Covering, event: RequestEvent): string[] {
  const { user, ip, tokenId } = event;
  const endpoint = endpointName(event.method, event.endpoint);
  const scopes: Scope[] = [{ user, endpoint }, { user }];
  if (ip !== undefined) scopes.push({ ip, endpoint }, { ip });
  if (tokenId !== undefined) scopes.push({ tokenId }, { tokenId, ip });
  return scopes.flatMap((scope) => covering.get(keyOf(scope)) ?? []);
}
