/**
 * Who is signed in, in this browser. The access token lives in a module variable and nowhere else; tabs share one
 * refresh: whoever holds the lock refreshes, the rest hear the grant over a BroadcastChannel. A refresh at 80 % of
 * the token's life keeps calls from ever waiting for one.
 */

import type { Operator, SessionGrant } from '../../lib/contract/console.ts';
import { deleteKeyPair, loadKeyPair, saveKeyPair } from './dpop-key.ts';
import { ApiProblem } from './problem.ts';
import { noSessionProblem, signedFetch } from './signed-fetch.ts';

export type Session =
  | { state: 'unknown' }
  | { state: 'signed-in'; operator: Operator }
  | { state: 'signed-out' }
  /** The server could not be asked; a session may well exist. */
  | { state: 'unreachable'; since: number };

export interface Access {
  token: string;
  keyPair: CryptoKeyPair;
}

type Message = { type: 'grant'; grant: SessionGrant } | { type: 'signed-out' };

/** A token this close to its end may expire on the way. */
const expiryMarginMs = 5_000;

/** A lock and a message travel apart: for so long a grant may still be on its way from the tab that held the lock. */
const hearingMs = 500;

let session: Session = { state: 'unknown' };
let grant: SessionGrant | undefined;
let keyPair: CryptoKeyPair | undefined;
let refreshTimer: ReturnType<typeof setTimeout> | undefined;
let refreshing: Promise<void> | undefined;
const listeners = new Set<() => void>();
const channel =
  typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('tidegate-session');

channel?.addEventListener('message', (event: MessageEvent<Message>) => {
  // Another tab may have signed in anew, with a new key: read it again with the next call.
  keyPair = undefined;
  if (event.data.type === 'grant') take(event.data.grant);
  else forget();
});

export function subscribeSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentSession(): Session {
  return session;
}

/** A token that is good for at least one call; refreshes first where it is not. Throws ApiProblem. */
export async function access(): Promise<Access> {
  if (grant === undefined || grant.expiresAt - Date.now() < expiryMarginMs) await refresh();
  keyPair ??= await loadKeyPair();
  if (grant === undefined || keyPair === undefined) throw noSessionProblem();
  return { token: grant.accessToken, keyPair };
}

/** Rotates once for all tabs. `rejected` is the token that was just refused: a newer one is used as it is. */
export function refresh(rejected?: string): Promise<void> {
  refreshing ??= refreshLocked(rejected ?? grant?.accessToken).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

/** A finished ceremony: its key becomes this browser's key, its grant this session. */
export async function startSession(started: { grant: SessionGrant; keyPair: CryptoKeyPair }): Promise<void> {
  await saveKeyPair(started.keyPair);
  keyPair = started.keyPair;
  take(started.grant);
  post({ type: 'grant', grant: started.grant });
}

/** A step-up brings an access token that is fresh for one operation; the session, its key and its cookie stay. */
export function takeStepUp(stepUp: SessionGrant): void {
  take(stepUp);
}

/** Ends the session here and in every tab, even when the server cannot be told. */
export async function signOut(): Promise<void> {
  try {
    const { token, keyPair: key } = await access();
    await signedFetch({
      method: 'POST',
      path: '/api/session/sign-out',
      body: {},
      keyPair: key,
      accessToken: token,
    });
  } finally {
    await deleteKeyPair().catch(() => undefined);
    forget();
    post({ type: 'signed-out' });
  }
}

async function refreshLocked(before: string | undefined): Promise<void> {
  const lockName = 'auth-refresh';
  const isDone = await navigator.locks.request(lockName, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await rotate(before);
    return lock !== null;
  });
  if (isDone) return;
  // Another tab is at it: its grant is ours as well. We rotate only where it failed, or was closed.
  await navigator.locks.request(lockName, async () => {
    await grantNewerThan(before);
    await rotate(before);
  });
}

async function rotate(before: string | undefined): Promise<void> {
  if (hasGrantNewerThan(before)) return;
  try {
    keyPair ??= await loadKeyPair();
    if (keyPair === undefined) throw noSessionProblem();
    const call = {
      method: 'POST',
      path: '/api/session/refresh',
      body: {},
      keyPair,
      keepalive: true,
    } as const;
    const next: SessionGrant = await (await signedFetch(call)).json();
    take(next);
    post({ type: 'grant', grant: next });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) forget();
    else if (session.state === 'unknown') set({ state: 'unreachable', since: Date.now() });
    throw error;
  }
}

function hasGrantNewerThan(before: string | undefined): boolean {
  return grant !== undefined && grant.accessToken !== before && grant.expiresAt - Date.now() > expiryMarginMs;
}

/** Settles as soon as another tab's grant was heard, or after `hearingMs`. */
async function grantNewerThan(before: string | undefined): Promise<void> {
  if (hasGrantNewerThan(before)) return;
  const heard = Promise.withResolvers<void>();
  const stop = subscribeSession(heard.resolve);
  const timer = setTimeout(heard.resolve, hearingMs);
  await heard.promise;
  clearTimeout(timer);
  stop();
}

function take(next: SessionGrant): void {
  grant = next;
  clearTimeout(refreshTimer);
  const leftMs = Math.max(next.expiresAt - Date.now(), 0);
  // Jitter keeps the tabs of one browser from queueing for the lock at the same instant.
  const delayMs = leftMs * (0.8 - Math.random() * 0.05);
  refreshTimer = setTimeout(() => void refresh().catch(() => undefined), delayMs);
  set({ state: 'signed-in', operator: next.operator });
}

function forget(): void {
  grant = undefined;
  keyPair = undefined;
  clearTimeout(refreshTimer);
  set({ state: 'signed-out' });
}

function set(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

function post(message: Message): void {
  channel?.postMessage(message);
}
