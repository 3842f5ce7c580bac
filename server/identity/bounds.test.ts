/** What bounds the memory of identity, and who pays when a bound is reached. */

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { createTestAuthority, knowOperator, principalFor } from '../../test/fixtures/authority.ts';
import { createTestClock } from '../../test/fixtures/identity-installation.ts';
import { accessTokenLifetimeMs } from './access-tokens.ts';
import { authorize, isAllowed } from './authorize.ts';
import { createCeremonies } from './ceremonies.ts';
import { readCookie } from './cookies.ts';
import { createDpopNonces } from './dpop-nonce.ts';
import { openKeyring } from './keyring.ts';
import { addressGroup, createRateLimits } from './rate-limits.ts';
import type { IdentityAuditEntry } from './records.ts';
import { createRefusalTrail } from './refusal-trail.ts';
import { createReplayCache } from './replay-cache.ts';
import { createRevocationView, revocationExpiresAt } from './revocation-view.ts';

const startAt = Date.UTC(2031, 0, 1);

describe('the memory of seen proofs', () => {
  test('DP-12: a session that spends its quota does not block another, and a full memory refuses', () => {
    const cache = createReplayCache({ entriesMax: 100, quotaMax: 20, clock: createTestClock(startAt) });
    const use = (quotaKey: string, jti: number) => cache.use({ jkt: 'key', jti: String(jti), quotaKey });
    for (let jti = 0; jti < 20; jti++) assert.equal(use('greedy', jti), 'new');
    assert.equal(use('greedy', 20), 'full');
    assert.equal(use('modest', 21), 'new');
    for (let other = 0; other < 29; other++) assert.equal(use(`other ${other}`, 100 + other), 'new');
    assert.equal(use('one more', 999), 'full');
    assert.equal(cache.size(), 50);
  });

  test('DP-04: a proof is remembered for as long as its nonce can live, and then forgotten', () => {
    const clock = createTestClock(startAt);
    const cache = createReplayCache({ entriesMax: 100, quotaMax: 100, clock });
    const use = () => cache.use({ jkt: 'key', jti: 'x', quotaKey: 'session' });
    clock.advance(119_000);
    assert.equal(use(), 'new');
    clock.advance(119_999);
    assert.equal(use(), 'seen');
    clock.advance(240_000);
    assert.equal(use(), 'new');
  });

  test('DP-07: a nonce lives at least 90 and at most 120 seconds, and only in the process that made it', () => {
    const clock = createTestClock(startAt);
    const nonces = createDpopNonces({ clock });
    const early = nonces.current();
    clock.advance(29_999);
    const late = nonces.current();
    assert.equal(late, early);
    clock.advance(90_000);
    assert.equal(nonces.isFresh(late), true);
    clock.advance(1);
    assert.equal(nonces.isFresh(late), false);
    assert.equal(createDpopNonces({ clock }).isFresh(nonces.current()), false);
    const ahead = nonces.current();
    clock.advance(-60_000);
    assert.equal(nonces.isFresh(ahead), false);
  });
});

describe('open ceremonies', () => {
  test('RC-01: a flood of a hundred thousand keeps a bounded number, and not at the cost of other addresses', () => {
    const clock = createTestClock(startAt);
    const ceremonies = createCeremonies({ clock });
    const binding = { browserToken: 'browser', jkt: 'key' };
    const purpose = { type: 'sign_in' } as const;
    const own = ceremonies.begin({ challenge: 'own', purpose }, binding, 'victim');
    for (let time = 0; time < 100_000; time++) {
      ceremonies.begin({ challenge: 'x', purpose }, { browserToken: 'b', jkt: 'k' }, `address ${time % 9}`);
    }
    assert.ok(ceremonies.size() <= 20_000, `${ceremonies.size()} open`);
    assert.equal(ceremonies.take(own, 'sign_in', binding)?.challenge, 'own');
    clock.advance(5 * 60_000);
    ceremonies.begin({ challenge: 'x', purpose }, binding, 'victim');
    assert.equal(ceremonies.size(), 1);
  });
});

describe('limits by address', () => {
  test('RC-01: addresses of one IPv6 subscriber count together', () => {
    assert.equal(addressGroup('2001:db8:1:2:3:4:5:6'), addressGroup('2001:db8:1:2::9'));
    assert.notEqual(addressGroup('2001:db8:1:2::1'), addressGroup('2001:db8:1:3::1'));
    assert.equal(addressGroup('::1'), '0:0:0:0::/64');
    assert.equal(addressGroup('203.0.113.9'), '203.0.113.9');
  });

  test('RC-01: a flood from a hundred thousand addresses is counted in bounded memory', () => {
    const limits = createRateLimits({ clock: createTestClock(startAt) });
    const refused = () => {
      for (let address = 0; address < 100_000; address++) limits.admit('sign_in', `address ${address}`);
    };
    assert.throws(refused, { code: 'rate_limited' });
    assert.ok(limits.size() <= 50_003, `${limits.size()} counts`);
  });
});

describe('audit of refusals', () => {
  test('AU-01: a flood of refusals costs a bounded number of rows, and every one is counted', async () => {
    const rows: IdentityAuditEntry[] = [];
    const clock = createTestClock(startAt);
    const store = { appendAudit: async (entries: IdentityAuditEntry[]) => void rows.push(...entries) };
    const trail = createRefusalTrail({ store, clock, log: { error: assert.fail } });
    for (let time = 0; time < 20_000; time++) {
      trail.record({ action: 'ceremony.failed', address: `address ${time % 5_000}`, reason: 'passkey' });
    }
    await trail.close();
    assert.ok(rows.length <= 60 + 1_000 + 3, `${rows.length} rows`);
    assert.equal(
      rows.reduce((sum, { detail }) => sum + Number(detail.count), 0),
      20_000,
    );
  });

  test('an audit that cannot be written is reported, and does not throw', async () => {
    const errors: string[] = [];
    const trail = createRefusalTrail({
      store: { appendAudit: () => Promise.reject(new Error('disk full')) },
      clock: createTestClock(startAt),
      log: { error: (_details, message) => errors.push(message) },
    });
    trail.record({ action: 'access.refused', address: 'a', reason: 'token_revoked' });
    await trail.close();
    assert.deepEqual(errors, ['audit not written']);
  });
});

test('RV-02: the revocation view forgets only what no token can outlive', () => {
  const clock = createTestClock(startAt);
  const view = createRevocationView({ clock });
  const revoke = (subject: string) =>
    view.add({ kind: 'family', subject, at: clock.now(), expiresAt: revocationExpiresAt(clock.now()) });
  const token = {
    ...{ familyId: 'fam_1', tokenId: 'jti', subjectId: 'opr_1', clientId: 'console' },
    issuedAt: startAt,
  };
  revoke('fam_1');
  clock.advance(accessTokenLifetimeMs + 5_000);
  revoke('fam_2');
  assert.equal(view.isRevoked(token), true);
  clock.advance(60_000);
  revoke('fam_3');
  assert.equal(view.isRevoked(token), false);
  assert.equal(view.size(), 2);
});

describe('the keyring', () => {
  test('is made once, readable by its owner only, and narrowed where a backup widened it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-keys-'));
    const dataDir = path.join(folder, 'data');
    const clock = createTestClock(startAt);
    const rings = await Promise.all(Array.from({ length: 5 }, () => openKeyring({ dataDir, clock })));
    assert.equal(new Set(rings.map(({ signing }) => signing().kid)).size, 1);
    const file = path.join(dataDir, 'identity-keys.json');
    assert.deepEqual(readdirSync(dataDir), ['identity-keys.json']);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    chmodSync(file, 0o644);
    await openKeyring({ dataDir, clock });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    writeFileSync(file, '{}');
    await assert.rejects(openKeyring({ dataDir, clock }), 'a damaged file is not replaced');
    assert.ok(existsSync(file));
    rmSync(folder, { recursive: true });
  });
});

test('AZ-01: an action that is not listed is denied, by whatever name', () => {
  const clock = createTestClock(startAt);
  const { authority, standing } = createTestAuthority({ clock });
  knowOperator(standing, 'opr_1', 'owner');
  const principal = principalFor(authority, clock);
  assert.equal(isAllowed(principal, 'alert.read', {}), true);
  for (const action of ['alert.delete', '', 'constructor', '__proto__', 'alert', '*']) {
    assert.equal(isAllowed(principal, action, {}), false, action);
  }
  assert.equal(isAllowed({ ...principal, operatorId: 'key_1' }, 'alert.read', {}), false);
  assert.doesNotThrow(() => authorize(principal, 'alert.read'));
});

test('SE-01: a cookie counts only under its exact name, once', () => {
  const name = '__Host-Http-rt';
  assert.equal(readCookie(`a=1; ${name}=x=y ; b=2`, name), 'x=y');
  assert.equal(readCookie(`x${name}=1; ${name}x=2`, name), undefined);
  assert.equal(readCookie(`${name}=1; ${name}=2`, name), undefined);
  assert.equal(readCookie(undefined, name), undefined);
});
