/**
 * The server's own secrets: the Ed25519 key that signs access tokens and the key behind refresh tokens. They live in
 * one file of the data folder that only the owner may read, not in the database, so that a copy of the database forges
 * nothing. The file is written once, complete, under another name and then linked: two starting processes agree.
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exportJWK, generateKeyPair, importJWK } from 'jose';
import { z } from 'zod';
import type { TokenCrypto } from '../../lib/identity/refresh-token.ts';

const base64url32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const keyFile = z.object({
  version: z.literal(1),
  /** Newest first: the first signs, all verify. */
  signing: z
    .array(
      z.object({
        kid: z.string().min(1),
        createdAt: z.number(),
        jwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: base64url32, d: base64url32 }),
      }),
    )
    .min(1),
  refreshKey: base64url32,
});
type KeyFile = z.infer<typeof keyFile>;

export interface Keyring {
  /** Signs new access tokens. */
  signing: { kid: string; privateKey: CryptoKey };
  /** The fixed map that a token's `kid` is looked up in. */
  verifying: ReadonlyMap<string, CryptoKey>;
  tokenCrypto: TokenCrypto;
}

export function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

export function sha256Text(input: string | Uint8Array): string {
  return createHash('sha256').update(input).digest('base64url');
}

export function equalText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Reads `identity-keys.json`, or makes it at the first start. @throws where the file is damaged or unreadable. */
export async function openKeyring(deps: { dataDir: string; clock: { now(): number } }): Promise<Keyring> {
  const file = path.join(deps.dataDir, 'identity-keys.json');
  const content = (await readKeys(file)) ?? (await createKeys(file, deps.clock.now()));
  const keys = await Promise.all(content.signing.map(importSigningKey));
  const [signing] = keys;
  if (signing === undefined) throw new Error(`${file} holds no signing key`);
  const refreshKey = Buffer.from(content.refreshKey, 'base64url');
  return {
    signing,
    verifying: new Map(keys.map((key) => [key.kid, key.publicKey])),
    tokenCrypto: {
      mac: (input) => createHmac('sha256', refreshKey).update(input).digest('base64url'),
      sha256: sha256Text,
      equal: equalText,
    },
  };
}

async function importSigningKey({ kid, jwk }: KeyFile['signing'][number]) {
  const { d: _private, ...publicJwk } = jwk;
  const [privateKey, publicKey] = await Promise.all([importJWK(jwk, 'EdDSA'), importJWK(publicJwk, 'EdDSA')]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) {
    throw new Error('a signing key is not a key pair');
  }
  return { kid, privateKey, publicKey };
}

async function readKeys(file: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  // A backup restored with wide permissions is narrowed again, since everyone who reads it can sign in.
  if (((await stat(file)).mode & 0o077) !== 0) await chmod(file, 0o600);
  return keyFile.parse(JSON.parse(text));
}

async function createKeys(file: string, nowMs: number): Promise<KeyFile> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const content = keyFile.parse({
    version: 1,
    signing: [{ kid: randomText(12), createdAt: nowMs, jwk: await exportJWK(pair.privateKey) }],
    refreshKey: randomText(32),
  });
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomText(6)}`;
  await writeFile(draft, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return content;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return keyFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } finally {
    await unlink(draft);
  }
}
