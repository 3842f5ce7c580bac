import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type Authenticator,
  BrowserDouble,
  codeOf,
  grantOf,
  newAuthenticator,
} from '../../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';
import type { Principal } from '../../identity/principal.ts';

const cookieName = '__Host-Http-rt';
const hourMs = 3_600_000;

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

interface SignedIn {
  at: Installation;
  browser: BrowserDouble;
  token: string;
  authenticator: Authenticator;
}

async function signedIn(): Promise<SignedIn> {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const authenticator = newAuthenticator();
  const link = (await at.identity.createSetupLink()) ?? '';
  const { accessToken } = await browser.setUp(link, authenticator);
  return { at, browser, token: accessToken, authenticator };
}

const me = (browser: BrowserDouble, token: string) => browser.call('/api/me', { token });
const refreshCookie = (browser: BrowserDouble) => browser.cookies.get(cookieName) ?? '';

/** Presents this cookie, whatever the browser holds. */
function refreshWith(browser: BrowserDouble, cookie: string): Promise<Response> {
  return browser.refresh({ headers: { cookie: `${cookieName}=${cookie}` } });
}

async function socketOf({ at, browser, token }: SignedIn): Promise<Principal> {
  browser.nonce = at.identity.currentNonce();
  const dpop = await browser.proofFor('/socket.io/', 'GET', token);
  return at.identity.authenticateSocket({ token, dpop }, browser.address);
}

describe('rotation', () => {
  test('RT-01: a refresh consumes the old token; after the grace it is refused', async () => {
    const { at, browser } = await signedIn();
    const old = refreshCookie(browser);
    assert.equal((await browser.refresh()).status, 200);
    assert.notEqual(refreshCookie(browser), old);
    at.clock.advance(10_000);
    assert.equal(await codeOf(await refreshWith(browser, old)), 'token_revoked');
  });

  test('RT-02: reuse kills the newest refresh token, the access token and the open socket, and is audited once', async () => {
    const session = await signedIn();
    const { at, browser, token } = session;
    const principal = await socketOf(session);
    const ended: string[] = [];
    at.identity.onSessionEnded(({ kind, subject }) => ended.push(`${kind} ${subject}`));
    const old = refreshCookie(browser);
    await browser.refresh();
    const newest = refreshCookie(browser);
    at.clock.advance(10_000);
    const thief = await BrowserDouble.open(at, '203.0.113.9');
    assert.equal((await refreshWith(thief, old)).status, 401);
    assert.deepEqual(ended, [`family ${principal.familyId}`]);
    assert.throws(() => at.identity.checkSocketEvent(principal), { code: 'token_revoked' });
    assert.equal(await codeOf(await me(browser, token)), 'token_revoked');
    assert.equal(await codeOf(await refreshWith(browser, newest)), 'token_revoked');
    await refreshWith(thief, old);
    const rows = (await at.audit()).filter(({ action }) => action === 'session.reuse_detected');
    assert.deepEqual(
      rows.map(({ target, address }) => ({ target, address })),
      [{ target: principal.familyId, address: '203.0.113.9' }],
    );
  });

  test('RT-03, RT-04: fifty parallel refreshes with one key succeed and share one successor', async () => {
    const { browser } = await signedIn();
    await browser.call('/api/session');
    const old = refreshCookie(browser);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refreshWith(browser, old)));
    const cookies = new Set(answers.map((answer) => answer.headers.getSetCookie()[0]?.split(';')[0]));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(cookies.size, 1);
    assert.equal((await browser.refresh()).status, 200);
  });

  test('RT-05: in the grace another key is refused and audited, and harms nobody', async () => {
    const { at, browser } = await signedIn();
    const old = refreshCookie(browser);
    await browser.refresh();
    const thief = await BrowserDouble.open(at, '203.0.113.9');
    assert.equal(await codeOf(await refreshWith(thief, old)), 'invalid_dpop_proof');
    assert.equal((await browser.refresh()).status, 200);
    const rows = (await at.audit()).filter(({ action }) => action === 'session.refresh_refused');
    assert.deepEqual(
      rows.map(({ detail }) => JSON.parse(detail).reason),
      ['other_key'],
    );
  });

  test('RT-05: a grand-parent within the grace ends the family', async () => {
    const { browser } = await signedIn();
    const first = refreshCookie(browser);
    await browser.refresh();
    await browser.refresh();
    assert.equal(await codeOf(await refreshWith(browser, first)), 'token_revoked');
    assert.equal(await codeOf(await browser.refresh()), 'unauthenticated');
  });

  test('RT-06: after 6 d 23 h the session has one hour left, and then none', async () => {
    const { at, browser } = await signedIn();
    for (let hour = 0; hour < 7 * 24 - 1; hour += 23) {
      at.clock.advance(Math.min(23, 7 * 24 - 1 - hour) * hourMs);
      browser.nonce = undefined;
      assert.equal((await browser.refresh()).status, 200);
    }
    const last = await browser.refresh();
    assert.match(last.headers.getSetCookie()[0] ?? '', /Max-Age=3600;/);
    at.clock.advance(hourMs - 1_000);
    const late = await grantOf(await browser.refresh());
    assert.ok(late.expiresAt <= at.clock.now() + 1_000, 'the access token ends with the session');
    at.clock.advance(1_000);
    assert.equal(await codeOf(await browser.refresh()), 'token_expired');
  });

  test('RT-06: a day of silence ends a session', async () => {
    const { at, browser } = await signedIn();
    at.clock.advance(24 * hourMs);
    assert.equal(await codeOf(await browser.refresh()), 'token_expired');
  });

  test('RT-07: a refresh needs a proof, by the key of its family', async () => {
    const { at, browser } = await signedIn();
    const cookie = refreshCookie(browser);
    assert.equal(await codeOf(await browser.refresh({ proof: undefined })), 'invalid_dpop_proof');
    const other = await BrowserDouble.open(at);
    assert.equal(await codeOf(await refreshWith(other, cookie)), 'invalid_dpop_proof');
    assert.equal((await browser.refresh()).status, 200, 'nothing was consumed');
  });

  test('RT-08, SE-01: the refresh token is in one strict host cookie and in no body', async () => {
    const { browser } = await signedIn();
    const answer = await browser.refresh();
    const [line = ''] = answer.headers.getSetCookie();
    assert.match(line, /^__Host-Http-rt=[\w.-]+; Max-Age=\d+; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    const body = await answer.text();
    assert.equal(body.includes(refreshCookie(browser)), false);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  });

  test('SE-01: every cookie that any answer sets is strict, for the host alone and out of reach of scripts', async () => {
    const at = await installEmpty(database);
    const lines: string[] = [];
    const listening = { ...at, fetch: async (request: Request) => noted(await at.fetch(request)) };
    const noted = (answer: Response) => {
      lines.push(...answer.headers.getSetCookie());
      return answer;
    };
    const browser = await BrowserDouble.open(listening);
    const authenticator = newAuthenticator();
    await browser.setUp((await at.identity.createSetupLink()) ?? '', authenticator);
    const { accessToken: token } = await browser.signIn(authenticator);
    await browser.refresh();
    await refreshWith(browser, 'junk');
    await browser.call('/api/session/sign-out', { body: {}, token });
    assert.ok(lines.length >= 8, lines.join('\n'));
    for (const line of lines) {
      assert.match(
        line,
        /^__Host-Http-(rt|cer)=[\w.-]*; Max-Age=\d+; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
      );
    }
  });

  test('RT-09: the database holds no refresh token, and its hash is none', async () => {
    const { browser } = await signedIn();
    const rows = await database.db.execute('select * from token_families');
    const dump = JSON.stringify(rows.rows);
    const [familyId, seq, salt, mac] = refreshCookie(browser).split('.');
    assert.equal(dump.includes(String(mac)), false);
    const hash = String(rows.rows[0]?.current_hash);
    for (const forged of [hash, `${familyId}.${seq}.${salt}.${hash}`]) {
      assert.equal(await codeOf(await refreshWith(browser, forged)), 'unauthenticated');
    }
  });

  test('RT-10: a refresh from another origin, by a form or by GET is refused and consumes nothing', async () => {
    const { browser } = await signedIn();
    const cookie = refreshCookie(browser);
    const foreign: Record<string, string | undefined>[] = [
      { origin: 'http://localhost:3001' },
      { origin: 'http://127.0.0.1:3000' },
      { origin: 'null' },
      { origin: 'http://localhost:3000.evil.example' },
      { origin: undefined },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of foreign) {
      assert.equal(
        await codeOf(await browser.refresh({ headers })),
        'origin_refused',
        JSON.stringify(headers),
      );
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const answer = await browser.refresh({ headers: { 'content-type': type } });
      assert.equal(answer.status, 415, type);
    }
    assert.equal((await browser.call('/api/session/refresh')).status, 405);
    assert.equal(refreshCookie(browser), cookie);
    const old = await browser.refresh({ headers: { 'sec-fetch-site': undefined } });
    assert.equal(old.status, 200, 'a browser without fetch metadata still has its origin');
  });

  test('RT-12: a refresh takes no parameters, so nothing can be widened', async () => {
    const { browser } = await signedIn();
    assert.equal((await browser.refresh({ body: { scope: 'admin' } })).status, 400);
  });

  test('an unreadable or doubled refresh cookie is no session', async () => {
    const { browser } = await signedIn();
    const cookie = refreshCookie(browser);
    for (const header of [
      `${cookieName}=${cookie}; ${cookieName}=${cookie}`,
      `${cookieName}=${cookie}x`,
      'a=b',
    ]) {
      assert.equal(await codeOf(await browser.refresh({ headers: { cookie: header } })), 'unauthenticated');
    }
  });
});

describe('the end of a session', () => {
  test('RV-01, SE-08: sign-out kills family, access token, socket and cookie, and clears site data', async () => {
    const session = await signedIn();
    const { at, browser, token } = session;
    const principal = await socketOf(session);
    const cookie = refreshCookie(browser);
    const out = await browser.call('/api/session/sign-out', { body: {}, token });
    assert.equal(out.status, 204);
    assert.equal(out.headers.get('clear-site-data'), '"cookies", "storage"');
    assert.equal(browser.cookies.has(cookieName), false);
    assert.equal(await codeOf(await me(browser, token)), 'token_revoked');
    assert.equal(await codeOf(await refreshWith(browser, cookie)), 'token_revoked');
    assert.throws(() => at.identity.checkSocketEvent(principal), { code: 'token_revoked' });
    const ends = (await at.audit()).filter(({ action }) => action === 'session.ended');
    assert.deepEqual(
      ends.map(({ actor, target }) => ({ actor, target })),
      [{ actor: principal.operatorId, target: principal.familyId }],
    );
  });

  test('RV-01: where storage fails at sign-out, the caller hears of it and the session is refused all the same', async (t) => {
    const { at, browser, token } = await signedIn();
    t.mock.method(at.store, 'revokeFamily', () => Promise.reject(new Error('the disk is gone')));
    assert.equal((await browser.call('/api/session/sign-out', { body: {}, token })).status, 500);
    assert.equal(await codeOf(await me(browser, token)), 'token_revoked');
  });

  test('RV-01: sign-out needs the access token, the origin and JSON', async () => {
    const { browser, token } = await signedIn();
    const path = '/api/session/sign-out';
    assert.equal((await browser.call(path, { body: {} })).status, 401);
    const headers = { origin: 'http://localhost:3001' };
    assert.equal((await browser.call(path, { body: {}, token, headers })).status, 403);
    assert.equal((await me(browser, token)).status, 200);
  });

  test('RV-02: a revocation survives a restart, and so does a session that was not revoked', async () => {
    const { at, browser, token, authenticator } = await signedIn();
    const other = await BrowserDouble.open(at);
    const otherGrant = await other.signIn(authenticator);
    await browser.call('/api/session/sign-out', { body: {}, token });
    const again = await at.restart();
    assert.equal(await codeOf(await me(browser.movedTo(again), token)), 'token_revoked');
    const moved = other.movedTo(again);
    assert.equal((await me(moved, otherGrant.accessToken)).status, 200);
    assert.equal((await moved.refresh()).status, 200);
  });

  test('RV-03: one token, one family, one operator: each ends exactly that', async () => {
    const { at, browser, token, authenticator } = await signedIn();
    const other = await BrowserDouble.open(at);
    const second = await other.signIn(authenticator);
    const third = await grantOf(await other.refresh());
    const status = async () => ({
      first: (await me(browser, token)).status,
      second: (await me(other, second.accessToken)).status,
      third: (await me(other, third.accessToken)).status,
    });
    const by = { actor: 'opr_admin', address: 'local' };
    const { jti } = JSON.parse(
      Buffer.from(second.accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    await at.identity.revokeTokens({ kind: 'token', subject: jti }, by);
    assert.deepEqual(await status(), { first: 200, second: 401, third: 200 });
    await browser.call('/api/session/sign-out', { body: {}, token });
    assert.deepEqual(await status(), { first: 401, second: 401, third: 200 });
    await at.identity.revokeTokens({ kind: 'subject', subject: third.operator.id }, by);
    assert.deepEqual(await status(), { first: 401, second: 401, third: 401 });
  });

  test('RV-06: a disabled operator is refused at refresh and at sign-in', async () => {
    const { at, browser, authenticator } = await signedIn();
    await database.db.execute('update operators set disabled_at = 1');
    assert.equal(await codeOf(await browser.refresh()), 'token_revoked');
    const other = await BrowserDouble.open(at);
    assert.equal(await codeOf(await other.trySignIn(authenticator)), 'ceremony_failed');
  });

  test('WA-17: a sign-in gives a new family and cookie, and ends the session that this browser had', async () => {
    const { browser, token, authenticator } = await signedIn();
    const planted = refreshCookie(browser);
    const { accessToken } = await browser.signIn(authenticator);
    assert.notEqual(refreshCookie(browser).split('.')[0], planted.split('.')[0]);
    assert.equal(browser.cookies.has('__Host-Http-cer'), false);
    assert.equal(await codeOf(await me(browser, token)), 'token_revoked');
    assert.equal((await me(browser, accessToken)).status, 200);
    assert.equal((await browser.refresh()).status, 200);
  });
});

test('GET /api/session tells strangers only whether set-up is needed', async () => {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const before = await browser.call('/api/session', { proof: undefined });
  assert.deepEqual(await before.json(), { setupNeeded: true });
  assert.ok(before.headers.get('dpop-nonce'));
  const link = (await at.identity.createSetupLink()) ?? '';
  await browser.setUp(link, newAuthenticator());
  assert.deepEqual(await (await browser.call('/api/session', { proof: undefined })).json(), {
    setupNeeded: false,
  });
});
