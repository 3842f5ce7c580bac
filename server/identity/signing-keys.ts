/**
 * The keys that sign access tokens, over time: `next` is published before it signs, so that nobody who keeps our key
 * set for a while meets an unknown key; `current` signs; `previous` ones only verify, until the last token that they
 * signed has expired. A key that leaked is dropped at once instead, with everything it signed.
 */

import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import type { SigningKey } from '../../lib/contract/oauth.ts';

/** A key signs for this long, unless it is rotated before. */
export const signingKeyLifetimeMs = 30 * 24 * 60 * 60 * 1000;
/** The longest life of a token (15 min), two clocks' skew, and some. */
export const retiredKeyKeptMs = 20 * 60 * 1000;

const base64url32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const storedKeySchema = z.object({
  kid: z.string().min(1),
  createdAt: z.number(),
  activatedAt: z.number().optional(),
  retiredAt: z.number().optional(),
  jwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: base64url32, d: base64url32 }),
});
type StoredKey = z.infer<typeof storedKeySchema>;

export interface SigningKeys {
  /** Signs new access tokens. */
  signing(): { kid: string; privateKey: CryptoKey };
  /** The fixed map that a token's `kid` is looked up in. */
  verifying(): ReadonlyMap<string, CryptoKey>;
  /** For the key set (RFC 7517): never a private member. */
  publicKeys(): JWK[];
  list(): SigningKey[];
  /** Makes the next key the current one. */
  rotate(): Promise<void>;
  /** Drops every key and starts with new ones. @returns the dropped `kid`s */
  replaceAll(): Promise<string[]>;
  /** What time asks for: a rotation where the current key is old, and an end to previous ones. */
  keepFresh(): Promise<void>;
}

export async function newSigningKey(nowMs: number): Promise<StoredKey> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return storedKeySchema.parse({
    kid: randomBytes(12).toString('base64url'),
    createdAt: nowMs,
    jwk: await exportJWK(pair.privateKey),
  });
}

/** @param deps.store keeps the keys durably; they are in use when it resolves. */
export async function createSigningKeys(deps: {
  stored: StoredKey[];
  store: (keys: StoredKey[]) => Promise<void>;
  clock: { now(): number };
}): Promise<SigningKeys> {
  const { clock } = deps;
  let ring = await openRing(deps.stored);
  let work: Promise<unknown> = Promise.resolve();

  /** One change at a time, each from what the one before it left. */
  function change(next: (stored: StoredKey[]) => Promise<StoredKey[]>): Promise<void> {
    const done = work.then(async () => {
      const stored = await next(ring.stored);
      if (stored === ring.stored) return;
      await deps.store(stored);
      ring = await openRing(stored);
    });
    work = done.catch(() => undefined);
    return done;
  }

  const keys: SigningKeys = {
    signing: () => ring.signing,
    verifying: () => ring.verifying,
    publicKeys: () => ring.publicKeys,
    list: () => ring.stored.map(summaryOf),
    rotate: () => change((stored) => rotated(stored, clock.now())),
    async replaceAll() {
      let dropped: string[] = [];
      await change(async (stored) => {
        dropped = stored.map(({ kid }) => kid);
        const nowMs = clock.now();
        return [{ ...(await newSigningKey(nowMs)), activatedAt: nowMs }, await newSigningKey(nowMs)];
      });
      return dropped;
    },
    keepFresh: () => change((stored) => refreshed(stored, clock.now())),
  };
  await keys.keepFresh();
  return keys;
}

async function openRing(stored: StoredKey[]) {
  const imported = await Promise.all(stored.map(importKey));
  const current = imported.find(({ state }) => state === 'current');
  if (current === undefined) throw new Error('the key file holds no signing key');
  return {
    stored,
    signing: { kid: current.kid, privateKey: current.privateKey },
    verifying: new Map(imported.map((key) => [key.kid, key.publicKey])),
    publicKeys: imported.map(({ kid, publicJwk }) => ({ ...publicJwk, kid, alg: 'EdDSA', use: 'sig' })),
  };
}

async function importKey(key: StoredKey) {
  const { d: _private, ...publicJwk } = key.jwk;
  const [privateKey, publicKey] = await Promise.all([
    importJWK(key.jwk, 'EdDSA'),
    importJWK(publicJwk, 'EdDSA'),
  ]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) {
    throw new Error('a signing key is not a key pair');
  }
  return { kid: key.kid, state: stateOf(key), privateKey, publicKey, publicJwk };
}

function stateOf(key: StoredKey): SigningKey['state'] {
  if (key.retiredAt !== undefined) return 'previous';
  return key.activatedAt === undefined ? 'next' : 'current';
}

function summaryOf(key: StoredKey): SigningKey {
  const { kid, createdAt, activatedAt, retiredAt } = key;
  return { kid, state: stateOf(key), createdAt, activatedAt, retiredAt };
}

async function rotated(stored: StoredKey[], nowMs: number): Promise<StoredKey[]> {
  const moved = stored.map((key) => {
    const state = stateOf(key);
    if (state === 'next') return { ...key, activatedAt: nowMs };
    return state === 'current' ? { ...key, retiredAt: nowMs } : key;
  });
  return [...moved, await newSigningKey(nowMs)];
}

async function refreshed(stored: StoredKey[], nowMs: number): Promise<StoredKey[]> {
  const kept = stored.filter(({ retiredAt = nowMs }) => nowMs - retiredAt < retiredKeyKeptMs);
  const withNext = kept.some((key) => stateOf(key) === 'next') ? kept : [...kept, await newSigningKey(nowMs)];
  const current = withNext.find((key) => stateOf(key) === 'current');
  const isOld = current?.activatedAt !== undefined && nowMs - current.activatedAt >= signingKeyLifetimeMs;
  if (isOld) return rotated(withNext, nowMs);
  return withNext.length === stored.length && kept.length === stored.length ? stored : withNext;
}
