/**
 * Token families at work: opened, rotated, ended. The rules are the pure state machine in lib/identity; this file
 * carries them out against storage and tells the revocation view. It is the one way to do so, for operators' browsers
 * (sessions.ts) and for the customer's callers (server/oauth) alike; how the outcome travels is their part.
 */

import { type RefreshToken, readRefreshToken, refreshToken } from '../../lib/identity/refresh-token.ts';
import {
  type FamilyEndReason,
  familyLifetimeMs,
  judgeRefresh,
  type TokenFamily,
} from '../../lib/identity/token-family.ts';
import { type Keyring, randomText } from './keyring.ts';
import type { FamilyHolder, IdentityAuditEntry } from './records.ts';
import type { RefusalTrail } from './refusal-trail.ts';
import { type RevocationView, revocationExpiresAt } from './revocation-view.ts';
import type { IdentityStore } from './store.ts';

/** Where a call comes from, for audit and for people to recognise a session. */
export interface Caller {
  address: string;
  userAgent: string;
}

export interface FamilyDeps {
  store: Pick<IdentityStore, 'findFamily' | 'rotateFamily' | 'revokeFamily'>;
  keyring: Pick<Keyring, 'tokenCrypto'>;
  view: RevocationView;
  refusals: RefusalTrail;
  clock: { now(): number };
}

export type FamilyOpening = Pick<
  TokenFamily,
  'subjectId' | 'clientId' | 'audience' | 'scope' | 'acr' | 'credentialId' | 'jkt'
> & {
  /** When the person used the passkey; now, unless an authorization code carried it. */
  authenticatedAt?: number;
  caller: Caller;
};

export interface KnownFamily {
  family: TokenFamily;
  holder: FamilyHolder;
}

export type RefreshOutcome =
  | ({ kind: 'refreshed'; token: RefreshToken } & KnownFamily)
  | { kind: 'refused'; reason: RefreshRefusal };

export type RefreshRefusal =
  | 'not_ours'
  | 'disabled'
  | 'reuse'
  | 'revoked'
  | 'expired'
  | 'idle'
  | 'other_client'
  | 'other_key'
  | 'contended';

/** Who shows a refresh token: the client, and the thumbprint of the key behind its proof. */
export interface ShownBy {
  clientId: string;
  jkt: string | undefined;
}

/** A lost compare-and-swap means that another request went first; its outcome settles the second look. */
const attemptsMax = 4;

export function createFamilies(deps: FamilyDeps) {
  return {
    draft: (opening: FamilyOpening) => draft(deps, opening),
    refresh: (text: string, shownBy: ShownBy, caller: Caller) => refresh(deps, text, shownBy, caller),
    find: (text: string) => find(deps, text),
    end: (family: OwnedFamily, reason: FamilyEndReason, caller: Caller, actor: string) =>
      end(deps, family, reason, caller, actor),
  };
}

export type OwnedFamily = Pick<TokenFamily, 'id' | 'subjectId'>;

/** A new family with its first token; storage keeps it in the transaction that records how it came about. */
function draft(deps: FamilyDeps, opening: FamilyOpening): { family: TokenFamily; token: RefreshToken } {
  const { caller, authenticatedAt, ...held } = opening;
  const nowMs = deps.clock.now();
  const id = `fam_${randomText(16)}`;
  const salt = randomText(16);
  const token = refreshToken({ familyId: id, seq: 0, salt }, deps.keyring.tokenCrypto);
  const family: TokenFamily = {
    ...held,
    id,
    status: 'live',
    seq: 0,
    currentHash: token.hash,
    currentSalt: salt,
    parentHash: undefined,
    parentUsedAt: undefined,
    authenticatedAt: authenticatedAt ?? nowMs,
    createdAt: nowMs,
    lastUsedAt: nowMs,
    expiresAt: nowMs + familyLifetimeMs,
    revokedAt: undefined,
    revokedReason: undefined,
    userAgent: caller.userAgent,
    address: caller.address,
  };
  return { family, token };
}

/** The family that this refresh token belongs to, and whether it is its current one; undefined where it is not ours. */
async function find(
  deps: FamilyDeps,
  text: string,
): Promise<(KnownFamily & { isCurrent: boolean }) | undefined> {
  const presented = readRefreshToken(text, deps.keyring.tokenCrypto);
  const found = presented === undefined ? undefined : await deps.store.findFamily(presented.familyId);
  return found && { ...found, isCurrent: found.family.currentHash === presented?.hash };
}

/**
 * Ends a family for good. Memory goes first, so that tokens and sockets do not outlive a slow disk; where storage then
 * fails the caller hears of it, and the family stays refused for as long as this process lives.
 */
async function end(
  deps: FamilyDeps,
  family: OwnedFamily,
  reason: FamilyEndReason,
  caller: Caller,
  actor: string,
): Promise<void> {
  const at = deps.clock.now();
  const expiresAt = revocationExpiresAt(at);
  const revocation = { kind: 'family', subject: family.id, at, expiresAt } as const;
  const isTheft = reason === 'reuse' || reason === 'code_reuse';
  const audit: IdentityAuditEntry = {
    at,
    actor,
    action: isTheft ? 'session.reuse_detected' : 'session.ended',
    target: family.id,
    outcome: 'done',
    address: caller.address,
    detail: { reason, subjectId: family.subjectId, userAgent: caller.userAgent },
  };
  deps.view.add(revocation);
  await deps.store.revokeFamily({ familyId: family.id, reason, revocation, audit });
}

async function refresh(
  deps: FamilyDeps,
  text: string,
  shownBy: ShownBy,
  caller: Caller,
): Promise<RefreshOutcome> {
  const presented = readRefreshToken(text, deps.keyring.tokenCrypto);
  if (presented === undefined) return { kind: 'refused', reason: 'not_ours' };
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const found = await deps.store.findFamily(presented.familyId);
    if (found === undefined) return { kind: 'refused', reason: 'not_ours' };
    const outcome = await step(deps, found, presented, shownBy, caller);
    if (outcome !== undefined) return outcome;
  }
  return { kind: 'refused', reason: 'contended' };
}

/** One look at the family; undefined where it changed meanwhile and must be looked at again. */
async function step(
  deps: FamilyDeps,
  { family, holder }: KnownFamily,
  presented: RefreshToken,
  shownBy: ShownBy,
  caller: Caller,
): Promise<RefreshOutcome | undefined> {
  const nowMs = deps.clock.now();
  const { tokenCrypto } = deps.keyring;
  if (holder.disabledAt !== undefined) return { kind: 'refused', reason: 'disabled' };
  const verdict = judgeRefresh(family, presented, shownBy, nowMs);
  if (verdict.kind === 'rotate') {
    const salt = randomText(16);
    const token = refreshToken({ familyId: family.id, seq: verdict.nextSeq, salt }, tokenCrypto);
    const won = await deps.store.rotateFamily({
      familyId: family.id,
      expectedSeq: family.seq,
      expectedHash: family.currentHash,
      successor: { seq: token.seq, hash: token.hash, salt },
      nowMs,
      address: caller.address,
    });
    return won ? { kind: 'refreshed', family, holder, token } : undefined;
  }
  if (verdict.kind === 'reissue') {
    const again = { familyId: family.id, seq: family.seq, salt: family.currentSalt };
    return { kind: 'refreshed', family, holder, token: refreshToken(again, tokenCrypto) };
  }
  if (verdict.kind === 'reuse') {
    await end(deps, family, 'reuse', caller, 'anonymous');
    return { kind: 'refused', reason: 'reuse' };
  }
  deps.refusals.record({
    action: 'session.refresh_refused',
    address: caller.address,
    reason: verdict.reason,
    target: family.id,
  });
  return { kind: 'refused', reason: verdict.reason };
}

export type Families = ReturnType<typeof createFamilies>;
