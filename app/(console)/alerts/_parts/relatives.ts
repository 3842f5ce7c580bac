/** Which other alerts may be about the same caller, as filters of the list. Pure. */

import type { Alert } from '../../../../lib/contract/alert.ts';

type Relative = { user: string } | { ip: string };

/** Its user, and the address that it names or that its requests came from, where they agree on one. */
export function relativesOf({ scope, exampleEvents }: Pick<Alert, 'scope' | 'exampleEvents'>): Relative[] {
  const users = new Set(exampleEvents.map(({ user }) => user));
  const addresses = new Set(exampleEvents.map(({ ip }) => ip));
  const ip = scope.ip ?? only(addresses);
  const user = scope.user ?? only(users);
  return [...(user === undefined ? [] : [{ user }]), ...(ip === undefined ? [] : [{ ip }])];
}

function only<T>(values: ReadonlySet<T>): T | undefined {
  const [one] = values;
  return values.size === 1 ? one : undefined;
}
