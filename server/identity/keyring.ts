/**
 * The server's own secrets: the Ed25519 keys that sign access tokens and the key behind refresh tokens. They live in
 * one file of the data folder that only the owner may read, not in the database, so that a copy of the database forges
 * nothing. The file is written complete, under another name, and then put in place: two starting processes agree, and
 * a crash leaves the old one or the new one. What becomes of a signing key over time is in signing-keys.ts.
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { TokenCrypto } from '../../lib/identity/refresh-token.ts';
import { createSigningKeys, newSigningKey, type SigningKeys, storedKeySchema } from './signing-keys.ts';

const refreshKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const keyFile = z.object({
  version: z.literal(2),
  signing: z.array(storedKeySchema).min(1),
  refreshKey: refreshKeySchema,
});
type KeyFile = z.infer<typeof keyFile>;

/** As the first release wrote it: newest first, the first signs. */
const firstKeyFile = z.object({
  version: z.literal(1),
  signing: z.array(storedKeySchema.omit({ activatedAt: true, retiredAt: true })).min(1),
  refreshKey: refreshKeySchema,
});

export interface Keyring extends SigningKeys {
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
  const { clock } = deps;
  const file = path.join(deps.dataDir, 'identity-keys.json');
  const content = (await readKeys(file, clock.now())) ?? (await createKeys(file, clock.now()));
  const signingKeys = await createSigningKeys({
    stored: content.signing,
    store: (signing) => replaceKeys(file, { ...content, signing }),
    clock,
  });
  const refreshKey = Buffer.from(content.refreshKey, 'base64url');
  return {
    ...signingKeys,
    tokenCrypto: {
      mac: (input) => createHmac('sha256', refreshKey).update(input).digest('base64url'),
      sha256: sha256Text,
      equal: equalText,
    },
  };
}

async function readKeys(file: string, nowMs: number): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  // A backup restored with wide permissions is narrowed again, since everyone who reads it can sign in.
  if (((await stat(file)).mode & 0o077) !== 0) await chmod(file, 0o600);
  return parseKeys(JSON.parse(text), nowMs);
}

function parseKeys(content: unknown, nowMs: number): KeyFile {
  const first = firstKeyFile.safeParse(content);
  if (!first.success) return keyFile.parse(content);
  const signing = first.data.signing.map((key, place) => ({
    ...key,
    activatedAt: key.createdAt,
    ...(place === 0 ? {} : { retiredAt: nowMs }),
  }));
  return { version: 2, signing, refreshKey: first.data.refreshKey };
}

async function writeDraft(file: string, content: KeyFile): Promise<string> {
  const draft = `${file}.${randomText(6)}`;
  await writeFile(draft, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
  return draft;
}

async function replaceKeys(file: string, content: KeyFile): Promise<void> {
  await rename(await writeDraft(file, content), file);
}

async function createKeys(file: string, nowMs: number): Promise<KeyFile> {
  const content = keyFile.parse({
    version: 2,
    // Complete from the start, so that of two starting processes neither has to add to what the other wrote.
    signing: [{ ...(await newSigningKey(nowMs)), activatedAt: nowMs }, await newSigningKey(nowMs)],
    refreshKey: randomText(32),
  });
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = await writeDraft(file, content);
  try {
    await link(draft, file);
    return content;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return parseKeys(JSON.parse(await readFile(file, 'utf8')), nowMs);
  } finally {
    await unlink(draft);
  }
}
