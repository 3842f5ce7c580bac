/**
 * Operators' sessions in the console: opened by a passkey, kept by the refresh cookie, ended by sign-out, reuse or
 * time. How a token family lives is in families.ts; this file is what of it a browser sees.
 */

import type { SessionGrant } from '../../lib/contract/console.ts';
import type { RefreshToken } from '../../lib/identity/refresh-token.ts';
import { consoleClientId, type FamilyEndReason, type TokenFamily } from '../../lib/identity/token-family.ts';
import { AppError } from '../http/app-error.ts';
import { type AccessTokens, consoleAudience } from './access-tokens.ts';
import { clearCookie, refreshCookieName, setCookie } from './cookies.ts';
import type { Caller, Families, OwnedFamily, RefreshRefusal } from './families.ts';
import type { OperatorRecord } from './records.ts';

/** What a browser gets: the answer's body, and the refresh cookie beside it. */
export interface OpenedSession {
  grant: SessionGrant;
  setCookie: string;
}

export interface SessionDeps {
  families: Families;
  accessTokens: AccessTokens;
  clock: { now(): number };
}

type Named = Pick<OperatorRecord, 'id' | 'name'>;
interface Opening {
  operatorId: string;
  credentialId: string;
  jkt: string;
  caller: Caller;
}

export function createSessions(deps: SessionDeps) {
  const { families } = deps;
  return {
    draft: ({ operatorId, ...opening }: Opening) =>
      families.draft({ ...opening, ...consoleAccess, subjectId: operatorId }),
    grant: (family: TokenFamily, operator: Named, token: RefreshToken) =>
      grant(deps, family, operator, token),
    refresh: (cookie: string | undefined, jkt: string, caller: Caller) => refresh(deps, cookie, jkt, caller),
    end: (family: OwnedFamily, reason: FamilyEndReason, caller: Caller, actor: string) =>
      families.end(family, reason, caller, actor),
    supersede: (cookie: string | undefined, caller: Caller) => supersede(deps, cookie, caller),
  };
}

/** What every operator's session is for; what the operator may do there is decided at each request. */
export const consoleAccess = {
  clientId: consoleClientId,
  audience: [consoleAudience],
  scope: '',
  acr: undefined,
};

async function grant(
  deps: SessionDeps,
  family: TokenFamily,
  operator: Named,
  token: RefreshToken,
): Promise<OpenedSession> {
  const access = await deps.accessTokens.issue({
    ...family,
    familyId: family.id,
    authAt: family.authenticatedAt,
  });
  return {
    grant: {
      accessToken: access.token,
      expiresAt: access.expiresAt,
      operator: { id: operator.id, name: operator.name },
    },
    setCookie: setCookie(refreshCookieName, token.text, family.expiresAt - deps.clock.now()),
  };
}

/**
 * @param cookie the refresh cookie's value.
 * @param jkt thumbprint of the key that signed this request's proof.
 * @throws AppError `unauthenticated`, `token_expired`, `token_revoked`, `invalid_dpop_proof`, `conflict`
 */
async function refresh(
  deps: SessionDeps,
  cookie: string | undefined,
  jkt: string,
  caller: Caller,
): Promise<OpenedSession> {
  if (cookie === undefined) throw refusal('not_ours');
  const outcome = await deps.families.refresh(cookie, { clientId: consoleClientId, jkt }, caller);
  if (outcome.kind === 'refused') throw refusal(outcome.reason);
  return grant(deps, outcome.family, outcome.holder, outcome.token);
}

const refusalCodes = {
  not_ours: 'unauthenticated',
  other_client: 'unauthenticated',
  disabled: 'token_revoked',
  reuse: 'token_revoked',
  revoked: 'token_revoked',
  expired: 'token_expired',
  idle: 'token_expired',
  other_key: 'invalid_dpop_proof',
  contended: 'conflict',
} as const satisfies Record<RefreshRefusal, string>;

function refusal(reason: RefreshRefusal): AppError {
  const internal = `refresh refused: ${reason}`;
  // The cookie stays where its owner still has the right key and only this caller has not, or may try again.
  const isKept = reason === 'other_key' || reason === 'contended';
  return new AppError(refusalCodes[reason], {
    internal,
    // Otherwise it is of no more use, so it is taken away.
    headers: isKept ? {} : { 'set-cookie': clearCookie(refreshCookieName) },
  });
}

/** A new sign-in replaces the session that this browser had. */
async function supersede(deps: SessionDeps, cookie: string | undefined, caller: Caller): Promise<void> {
  const found = cookie === undefined ? undefined : await deps.families.find(cookie);
  if (found?.family.status !== 'live' || !found.isCurrent) return;
  await deps.families.end(found.family, 'superseded', caller, found.holder.id);
}

export type Sessions = ReturnType<typeof createSessions>;
