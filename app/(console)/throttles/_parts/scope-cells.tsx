'use client';

/** Whom and what an order is about, as values that can be filtered, left out and copied. */

import type { Scope } from '../../../../lib/contract/decision.ts';
import { endpointPath, userPath } from '../../../_ui/paths.ts';
import { ValueMenu } from '../../../_ui/value-menu.tsx';

export interface ValueActions {
  onFilter: (value: string) => void;
  onExclude: (value: string) => void;
}

export function WhoCell({ scope, actions }: { scope: Scope; actions: ValueActions }) {
  const { user, ip, tokenId } = scope;
  const name = user ?? ip ?? tokenId;
  if (name === undefined) return <span className="text-ink-2">everyone</span>;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {user === undefined && (
        <span className="shrink-0 text-xs text-ink-3">{ip === undefined ? 'token' : 'address'}</span>
      )}
      <ValueMenu
        value={name}
        href={user === undefined ? undefined : userPath(user)}
        className="font-medium"
        {...actions}
      />
    </span>
  );
}

export function WhereCell({ scope, actions }: { scope: Scope; actions: ValueActions }) {
  if (scope.endpoint === undefined) return <span className="text-ink-2">every endpoint</span>;
  return (
    <ValueMenu
      value={scope.endpoint}
      href={endpointPath(scope.endpoint)}
      className="font-mono text-xs"
      {...actions}
    />
  );
}

/** Every word that a search or a filter may hit. */
export function wordsOfScope(scope: Scope): string[] {
  return [scope.user, scope.ip, scope.tokenId, scope.endpoint].filter((word) => word !== undefined);
}
