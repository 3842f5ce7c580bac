/**
 * Sessions: opened by a passkey, kept by rotating refresh tokens, ended by sign-out, reuse or time. The rules are the
 * pure state machine in lib/identity; this file carries them out against storage and tells the revocation view.
 */

import type { SessionGrant } from '../../lib/contract/console.ts';
import { type RefreshToken, readRefreshToken, refreshToken } from '../../lib/identity/refresh-token.ts';
import {
  type FamilyEndReason,
  familyLifetimeMs,
  judgeRefresh,
  type TokenFamily,
} from '../../lib/identity/token-family.ts';
import { AppError } from '../http/app-error.ts';
import type { AccessTokens } from './access-tokens.ts';
import { clearCookie, refreshCookieName, setCookie } from './cookies.ts';
import { type Keyring, randomText } from './keyring.ts';
import type { RefusalTrail } from './refusal-trail.ts';
import { type RevocationView, revocationExpiresAt } from './revocation-view.ts';
import type { IdentityAuditEntry, IdentityStore, OperatorRecord } from './store.ts';

/** Where a call comes from, for audit and for people to recognise a session. */
export interface Caller {
  address: string;
  userAgent: string;
}

/** What a browser gets: the answer's body, and the refresh cookie beside it. */
export interface OpenedSession {
  grant: SessionGrant;
  setCookie: string;
}

export interface SessionDeps {
  store: IdentityStore;
  keyring: Keyring;
  accessTokens: AccessTokens;
  view: RevocationView;
  refusals: RefusalTrail;
  clock: { now(): number };
}

type Named = Pick<OperatorRecord, 'id' | 'name'>;
type Owned = Pick<TokenFamily, 'id' | 'operatorId'>;
interface Opening {
  operatorId: string;
  credentialId: string;
  jkt: string;
  caller: Caller;
}

/** A lost compare-and-swap means that another request went first; its outcome settles the second look. */
const attemptsMax = 4;

export function createSessions(deps: SessionDeps) {
  return {
    draft: (opening: Opening) => draft(deps, opening),
    grant: (family: TokenFamily, operator: Named, token: RefreshToken) =>
      grant(deps, family, operator, token),
    refresh: (cookie: string | undefined, jkt: string, caller: Caller) => refresh(deps, cookie, jkt, caller),
    end: (family: Owned, reason: FamilyEndReason, caller: Caller, actor: string) =>
      end(deps, family, reason, caller, actor),
    supersede: (cookie: string | undefined, caller: Caller) => supersede(deps, cookie, caller),
  };
}

/** A new family with its first token; storage keeps it in the transaction that records the sign-in. */
function draft(deps: SessionDeps, opening: Opening) {
  const nowMs = deps.clock.now();
  const id = `fam_${randomText(16)}`;
  const salt = randomText(16);
  const token = refreshToken({ familyId: id, seq: 0, salt }, deps.keyring.tokenCrypto);
  const family: TokenFamily = {
    id,
    operatorId: opening.operatorId,
    credentialId: opening.credentialId,
    jkt: opening.jkt,
    status: 'live',
    seq: 0,
    currentHash: token.hash,
    currentSalt: salt,
    parentHash: undefined,
    parentUsedAt: undefined,
    authenticatedAt: nowMs,
    createdAt: nowMs,
    lastUsedAt: nowMs,
    expiresAt: nowMs + familyLifetimeMs,
    revokedAt: undefined,
    revokedReason: undefined,
    userAgent: opening.caller.userAgent,
    address: opening.caller.address,
  };
  return { family, token };
}

async function grant(
  deps: SessionDeps,
  family: TokenFamily,
  operator: Named,
  token: RefreshToken,
): Promise<OpenedSession> {
  const access = await deps.accessTokens.issue({
    operatorId: operator.id,
    familyId: family.id,
    jkt: family.jkt,
    authAt: family.authenticatedAt,
    sessionEndsAt: family.expiresAt,
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
 * Ends a session for good. Memory goes first, so that tokens and sockets do not outlive a slow disk; where storage then
 * fails the caller hears of it, and the session stays refused for as long as this process lives.
 */
async function end(
  deps: SessionDeps,
  family: Owned,
  reason: FamilyEndReason,
  caller: Caller,
  actor: string,
): Promise<void> {
  const at = deps.clock.now();
  const revocation = {
    kind: 'family',
    subject: family.id,
    at,
    expiresAt: revocationExpiresAt(at),
  } as const;
  const audit: IdentityAuditEntry = {
    at,
    actor,
    action: reason === 'reuse' ? 'session.reuse_detected' : 'session.ended',
    target: family.id,
    outcome: 'done',
    address: caller.address,
    detail: { reason, operatorId: family.operatorId, userAgent: caller.userAgent },
  };
  deps.view.add(revocation);
  await deps.store.revokeFamily({ familyId: family.id, reason, revocation, audit });
}

/**
 * @param cookie the refresh cookie's value.
 * @param jkt thumbprint of the key that signed this request's proof.
 * @throws AppError `unauthenticated`, `token_expired`, `token_revoked`, `invalid_dpop_proof`
 */
async function refresh(
  deps: SessionDeps,
  cookie: string | undefined,
  jkt: string,
  caller: Caller,
): Promise<OpenedSession> {
  const presented = cookie === undefined ? undefined : readRefreshToken(cookie, deps.keyring.tokenCrypto);
  if (presented === undefined) throw refused('unauthenticated', 'no refresh token of ours');
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const found = await deps.store.findFamily(presented.familyId);
    if (found === undefined) throw refused('unauthenticated', 'unknown family');
    const opened = await step(deps, found, presented, jkt, caller);
    if (opened !== undefined) return opened;
  }
  throw new AppError('conflict', { internal: 'the family kept changing' });
}

/** One look at the family; undefined where it changed meanwhile and must be looked at again. */
async function step(
  deps: SessionDeps,
  { family, operator }: { family: TokenFamily; operator: OperatorRecord },
  presented: RefreshToken,
  jkt: string,
  caller: Caller,
): Promise<OpenedSession | undefined> {
  const nowMs = deps.clock.now();
  if (operator.disabledAt !== undefined) throw refused('token_revoked', 'operator disabled');
  const verdict = judgeRefresh(family, presented, { jkt }, nowMs);
  if (verdict.kind === 'rotate') {
    const salt = randomText(16);
    const token = refreshToken({ familyId: family.id, seq: verdict.nextSeq, salt }, deps.keyring.tokenCrypto);
    const won = await deps.store.rotateFamily({
      familyId: family.id,
      expectedSeq: family.seq,
      expectedHash: family.currentHash,
      successor: { seq: token.seq, hash: token.hash, salt },
      nowMs,
    });
    return won ? grant(deps, family, operator, token) : undefined;
  }
  if (verdict.kind === 'reissue') {
    const again = { familyId: family.id, seq: family.seq, salt: family.currentSalt };
    return grant(deps, family, operator, refreshToken(again, deps.keyring.tokenCrypto));
  }
  if (verdict.kind === 'reuse') {
    await end(deps, family, 'reuse', caller, 'anonymous');
    throw refused('token_revoked', `reuse of token ${presented.seq} of ${family.id}`);
  }
  throw refusal(deps, verdict.reason, family, caller);
}

function refusal(
  deps: SessionDeps,
  reason: 'revoked' | 'expired' | 'idle' | 'other_key',
  family: TokenFamily,
  caller: Caller,
): AppError {
  deps.refusals.record({
    action: 'session.refresh_refused',
    address: caller.address,
    reason,
    target: family.id,
  });
  // The cookie stays: its owner still has the right key, only this caller has not.
  if (reason === 'other_key')
    return new AppError('invalid_dpop_proof', { internal: 'refresh by another key' });
  return refused(reason === 'revoked' ? 'token_revoked' : 'token_expired', `family ${reason}`);
}

/** A new sign-in replaces the session that this browser had. */
async function supersede(deps: SessionDeps, cookie: string | undefined, caller: Caller): Promise<void> {
  const presented = cookie === undefined ? undefined : readRefreshToken(cookie, deps.keyring.tokenCrypto);
  const found = presented === undefined ? undefined : await deps.store.findFamily(presented.familyId);
  if (found?.family.status !== 'live' || found.family.currentHash !== presented?.hash) return;
  await end(deps, found.family, 'superseded', caller, found.operator.id);
}

/** The browser's cookie is of no more use, so it is taken away. */
function refused(code: 'unauthenticated' | 'token_expired' | 'token_revoked', internal: string): AppError {
  return new AppError(code, { internal, headers: { 'set-cookie': clearCookie(refreshCookieName) } });
}

export type Sessions = ReturnType<typeof createSessions>;
