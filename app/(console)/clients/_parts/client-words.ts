/** What kinds of clients there are, in the words of those who make one. */

import type { ClientKind } from '../../../../lib/contract/oauth.ts';

export const clientKinds = ['machine', 'web', 'public', 'resource'] as const satisfies readonly ClientKind[];

export const clientKindNames: Record<ClientKind, string> = {
  machine: 'Machine',
  web: 'Web server',
  public: 'App or page',
  resource: 'API',
};

export const clientKindMeanings: Record<ClientKind, string> = {
  machine: 'A program that calls an API by itself. It has a secret.',
  web: 'A server that signs people in with their passkeys. It has a secret.',
  public: 'A page or an app that signs people in. It has no place for a secret: its key is bound instead.',
  resource: 'An API that asks Tidegate whether a token is good. It gets none itself.',
};

/** Whether people sign in through it and come back to an address of it. */
export function signsIn(kind: ClientKind): boolean {
  return kind === 'web' || kind === 'public';
}
