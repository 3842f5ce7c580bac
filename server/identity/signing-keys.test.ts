/** Signing keys over time: what verifies when, what is published, and what a crash may leave. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createTestClock } from '../../test/fixtures/identity-installation.ts';
import { accessTokenLifetimeMs, clockSkewMs, createAccessTokens, type TokenGrant } from './access-tokens.ts';
import { openKeyring } from './keyring.ts';
import { retiredKeyKeptMs, signingKeyLifetimeMs } from './signing-keys.ts';

function newFolder(t: TestContext): string {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tidegate-keys-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

async function open(dataDir: string, clock = createTestClock(Date.UTC(2031, 0, 1))) {
  const keyring = await openKeyring({ dataDir, clock });
  const tokens = createAccessTokens({ keyring, issuer: 'http://localhost:3000', clock });
  const grant: TokenGrant = {
    ...{
      subjectId: 'cli_1',
      clientId: 'cli_1',
      familyId: 'fam_1',
      audience: ['https://a.example'],
      scope: '',
    },
    ...{ acr: undefined, jkt: undefined, authAt: undefined, expiresAt: clock.now() * 2 },
  };
  const issue = async () => (await tokens.issue(grant)).token;
  const kindOf = async (token: string) => (await tokens.verify(token, 'https://a.example')).kind;
  return { clock, keyring, issue, kindOf };
}

const kidOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')).kid;

test('the next key is published before it signs, and a rotation disturbs no token', async (t) => {
  const { keyring, issue, kindOf } = await open(newFolder(t));
  const published = keyring.publicKeys().map(({ kid }) => kid);
  const old = await issue();
  await keyring.rotate();
  const fresh = await issue();
  assert.notEqual(kidOf(fresh), kidOf(old));
  assert.ok(published.includes(kidOf(fresh)), 'whoever kept the key set knows the new key');
  assert.deepEqual([await kindOf(old), await kindOf(fresh)], ['valid', 'valid']);
  assert.deepEqual(
    keyring.list().map(({ state }) => state),
    ['previous', 'current', 'next'],
  );
});

test('a previous key is kept until its last token has expired, and not much longer', async (t) => {
  const { clock, keyring, issue, kindOf } = await open(newFolder(t));
  const old = await issue();
  await keyring.rotate();
  clock.advance(accessTokenLifetimeMs + clockSkewMs - 1_000);
  await keyring.keepFresh();
  assert.equal(await kindOf(old), 'valid', 'to the last second');
  clock.advance(retiredKeyKeptMs);
  await keyring.keepFresh();
  assert.ok(!keyring.publicKeys().some(({ kid }) => kid === kidOf(old)));
});

test('keys rotate by themselves when they are old, once', async (t) => {
  const { clock, keyring } = await open(newFolder(t));
  const first = keyring.signing().kid;
  clock.advance(signingKeyLifetimeMs - 1);
  await keyring.keepFresh();
  assert.equal(keyring.signing().kid, first);
  clock.advance(1);
  await Promise.all([keyring.keepFresh(), keyring.keepFresh(), keyring.keepFresh()]);
  const second = keyring.signing().kid;
  assert.notEqual(second, first);
  assert.equal(keyring.list().length, 3);
});

test('replacing drops every key at once, and a restart finds what was kept', async (t) => {
  const dataDir = newFolder(t);
  const before = await open(dataDir);
  const old = await before.issue();
  const dropped = await before.keyring.replaceAll();
  assert.equal(dropped.length, 2);
  assert.equal(await before.kindOf(old), 'invalid');
  const fresh = await before.issue();
  const after = await open(dataDir, before.clock);
  assert.deepEqual([await after.kindOf(old), await after.kindOf(fresh)], ['invalid', 'valid']);
  assert.deepEqual(readdirSync(dataDir), ['identity-keys.json'], 'no draft is left');
  assert.equal(statSync(path.join(dataDir, 'identity-keys.json')).mode & 0o777, 0o600);
});

test('RT-09: what is published holds no private member', async (t) => {
  const { keyring } = await open(newFolder(t));
  for (const key of keyring.publicKeys()) {
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  }
});

test('a key file of the first release goes on: its key signs until it is old', async (t) => {
  const dataDir = newFolder(t);
  const file = path.join(dataDir, 'identity-keys.json');
  const made = await open(dataDir);
  const token = await made.issue();
  const { signing, refreshKey } = JSON.parse(readFileSync(file, 'utf8'));
  const [{ activatedAt: _activated, ...first }] = signing;
  writeFileSync(file, JSON.stringify({ version: 1, signing: [first], refreshKey }));
  const upgraded = await open(dataDir, made.clock);
  assert.equal(upgraded.keyring.signing().kid, first.kid);
  assert.equal(await upgraded.kindOf(token), 'valid');
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).version, 2);
});
