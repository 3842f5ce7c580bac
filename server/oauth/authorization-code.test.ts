/** People: openid-client, unmodified, and a passkey on the hosted page's routes, over HTTP. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { generateKeyPair, generateProof } from 'dpop';
import * as client from 'openid-client';
import type { ClientDraft } from '../../lib/contract/oauth.ts';
import { assertion, BrowserDouble, codeOf, newAuthenticator } from '../../test/fixtures/browser-double.ts';
import { HandmadePasskey } from '../../test/fixtures/handmade-passkey.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { installTokens, type TokenInstallation } from '../../test/fixtures/token-installation.ts';
import {
  callback,
  continueTo,
  enrol,
  invite,
  newPerson,
  newWebClient,
  openPage,
  ordersApi,
  type Person,
  tryContinue,
} from '../../test/fixtures/token-people.ts';

let database: TestDatabase;
let at: TokenInstallation;
let person: Person;
before(async () => {
  database = await openTestDatabase();
  at = await installTokens(database);
  person = await newPerson(at);
});
after(async () => {
  await at.close();
  await database.close();
});

const claimsOf = (jwt: string) =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));

/** An app as its developer writes it with openid-client: found by the issuer alone, with a key of its own. */
async function newApp(draft: Partial<ClientDraft> = {}) {
  const made = await newWebClient(at, draft);
  const authentication = made.secret === undefined ? client.None() : client.ClientSecretBasic(made.secret);
  const config = await client.discovery(at.issuer, made.client.id, undefined, authentication, {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  });
  const keys = await client.randomDPoPKeyPair('ES256');
  const DPoP = client.getDPoPHandle(config, keys);
  return { made, config, DPoP, keys };
}
type App = Awaited<ReturnType<typeof newApp>>;

/** The link that the app sends people to. */
async function linkOf(app: App, more: Record<string, string | undefined> = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(app.config, {
    redirect_uri: callback,
    scope: 'read',
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return { url, verifier, state };
}

async function signIn(app: App, who = person) {
  const link = await linkOf(app);
  const back = await continueTo(at, who, link.url);
  const checks = { pkceCodeVerifier: link.verifier, expectedState: link.state };
  const tokens = await client.authorizationCodeGrant(app.config, back, checks, undefined, { DPoP: app.DPoP });
  return { tokens, refresh: tokens.refresh_token ?? '', back, link };
}

const refreshed = (app: App, token: string, more?: Record<string, string>) =>
  client.refreshTokenGrant(app.config, token, more, { DPoP: app.DPoP });
const isActive = async (app: App, token: string) =>
  (await client.tokenIntrospection(app.config, token)).active;

/** A call that no library would make; with a proof by this key where one is given. */
async function post(
  path: string,
  body: Record<string, string>,
  more: { keys?: CryptoKeyPair; headers?: Record<string, string> } = {},
) {
  const url = new URL(path, at.issuer);
  const { keys } = more;
  const nonce = at.tokenService.currentNonce();
  const headers = new Headers(more.headers);
  if (keys !== undefined) headers.set('dpop', await generateProof(keys, url.href, 'POST', nonce));
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(body),
    headers,
  });
  return { status: answer.status, json: await answer.json() };
}

const basic = ({ made }: App) => ({
  authorization: `Basic ${Buffer.from(`${made.client.id}:${made.secret}`).toString('base64')}`,
});

describe('a person signs in to an app', () => {
  test('the whole cycle with a library of others: code with PKCE, nonce retry, refresh, introspection, revocation', async () => {
    const app = await newApp();
    const { tokens, refresh, back } = await signIn(app);
    assert.equal(back.searchParams.get('iss'), at.issuer.origin, 'RFC 9207');
    assert.deepEqual([tokens.token_type, tokens.scope], ['dpop', 'read']);
    const claims = claimsOf(tokens.access_token);
    assert.deepEqual(
      [claims.sub, claims.client_id, claims.aud, claims.acr],
      [person.id, app.made.client.id, ordersApi, 'phr'],
    );
    assert.ok(Math.abs(claims.auth_time * 1000 - at.clock.now()) < 5_000);
    const next = await refreshed(app, refresh);
    assert.notEqual(next.refresh_token, refresh);
    assert.equal(claimsOf(next.access_token).fam, claims.fam);
    assert.equal(await isActive(app, next.access_token), true);
    await client.tokenRevocation(app.config, next.refresh_token ?? '');
    // RV-04: the refresh token took its access tokens along.
    for (const token of [tokens.access_token, next.access_token, next.refresh_token ?? '']) {
      assert.equal(await isActive(app, token), false);
    }
    await assert.rejects(refreshed(app, next.refresh_token ?? ''), { error: 'invalid_grant' });
  });

  test('a public client signs in and refreshes without a secret, by its key', async () => {
    const app = await newApp({ kind: 'public' });
    assert.equal(app.made.secret, undefined);
    const { refresh } = await signIn(app);
    const next = await refreshed(app, refresh);
    assert.equal(next.token_type, 'dpop');
    const other = await generateKeyPair('ES256');
    const body = {
      grant_type: 'refresh_token',
      refresh_token: next.refresh_token ?? '',
      client_id: app.made.client.id,
    };
    assert.deepEqual((await post('/oauth/token', body, { keys: other })).json.error, 'invalid_grant');
    assert.ok(await refreshed(app, next.refresh_token ?? ''), 'the thief’s attempt harmed nobody');
  });

  test('SE-04: a public client’s page may call from its own origin, with its nonce to be read, and no other page may', async () => {
    await newApp({ kind: 'public', redirectUris: ['https://app.example.com/cb'] });
    const preflight = (origin: string) =>
      fetch(new URL('/oauth/token', at.issuer), {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'dpop',
        },
      });
    const own = await preflight('https://app.example.com');
    assert.equal(own.headers.get('access-control-allow-origin'), 'https://app.example.com');
    assert.match(own.headers.get('access-control-allow-headers') ?? '', /DPoP/);
    assert.equal(own.headers.get('access-control-allow-credentials'), null);
    const refused = await fetch(new URL('/oauth/token', at.issuer), {
      method: 'POST',
      headers: { origin: 'https://app.example.com' },
      body: new URLSearchParams({ grant_type: 'authorization_code' }),
    });
    assert.equal(refused.headers.get('access-control-allow-origin'), 'https://app.example.com');
    assert.equal(refused.headers.get('access-control-expose-headers'), 'DPoP-Nonce');
    const others = [
      'null',
      'https://evil.example',
      'https://app.example.com.evil.example',
      'http://app.example.com',
    ];
    for (const origin of others) {
      assert.equal((await preflight(origin)).headers.get('access-control-allow-origin'), null, origin);
    }
    const introspect = await fetch(new URL('/oauth/introspect', at.issuer), {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com' },
    });
    assert.equal(introspect.headers.get('access-control-allow-origin'), null);
  });

  test('the page says who asks, where it goes back to and for what; going back gives no code', async () => {
    const app = await newApp();
    const id = await openPage((await linkOf(app)).url);
    const view = await person.browser.call(`/oauth/requests/${id}`);
    const expected = { clientName: 'Orders', returnsTo: 'localhost:4999', scopes: ['read'] };
    assert.deepEqual(await view.json(), expected);
    const left = await person.browser.call(`/oauth/requests/${id}/cancel`, { body: {} });
    const { redirectTo } = (await left.json()) as { redirectTo: string };
    assert.equal(new URL(redirectTo).searchParams.get('error'), 'access_denied');
    assert.equal((await tryContinue(at, person, id).catch(() => undefined))?.status, undefined);
  });
});

describe('an authorization request that is not right', () => {
  test('SE-09: without a known client and its exact redirect URI nobody is sent anywhere', async () => {
    const app = await newApp();
    const wrong = [
      { client_id: 'cli_AAAAAAAAAAAAAAAAAAAAAA' },
      { client_id: '\0' },
      { client_id: undefined },
      { redirect_uri: undefined },
      { redirect_uri: `${callback}/` },
      { redirect_uri: `${callback}?x=1` },
      { redirect_uri: 'http://localhost:4999/CALLBACK' },
      { redirect_uri: 'http://localhost:4998/callback' },
      { redirect_uri: 'https://evil.example/callback' },
      { redirect_uri: 'http://localhost:4999@evil.example/callback' },
      { redirect_uri: 'javascript:alert(1)' },
    ];
    for (const change of wrong) {
      const { url } = await linkOf(app, change);
      const answer = await fetch(url, { redirect: 'manual' });
      assert.deepEqual([answer.status, answer.headers.get('location')], [400, null], JSON.stringify(change));
    }
    const twice = (await linkOf(app)).url;
    twice.searchParams.append('redirect_uri', 'https://evil.example');
    assert.equal((await fetch(twice, { redirect: 'manual' })).status, 400);
  });

  test('what else is wrong goes back to the client with its state and our iss', async () => {
    const app = await newApp();
    const wrong: [Record<string, string | undefined>, string][] = [
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ response_mode: 'fragment' }, 'invalid_request'],
      [{ code_challenge: undefined }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ code_challenge_method: undefined }, 'invalid_request'],
      [{ scope: 'read admin' }, 'invalid_scope'],
      [{ resource: 'https://elsewhere.example' }, 'invalid_target'],
      [{ prompt: 'none' }, 'login_required'],
      [{ acr_values: 'phrh' }, 'unmet_authentication_requirements'],
      [{ request_uri: 'https://evil.example' }, 'request_uri_not_supported'],
      [{ dpop_jkt: 'short' }, 'invalid_request'],
    ];
    for (const [change, error] of wrong) {
      const { url, state } = await linkOf(app, change);
      const answer = await fetch(url, { redirect: 'manual' });
      const back = new URL(answer.headers.get('location') ?? '');
      const said = ['error', 'state', 'iss'].map((name) => back.searchParams.get(name));
      assert.deepEqual([answer.status, ...said], [303, error, state, at.issuer.origin]);
      assert.equal(`${back.origin}${back.pathname}`, callback);
    }
  });

  test('a native app’s port on the loopback address may differ, its path and host may not', async () => {
    const app = await newApp({ kind: 'public', redirectUris: ['http://127.0.0.1/cb'] });
    const status = async (uri: string) =>
      (await fetch((await linkOf(app, { redirect_uri: uri })).url, { redirect: 'manual' })).status;
    assert.equal(await status('http://127.0.0.1:53123/cb'), 303);
    for (const uri of [
      'http://127.0.0.1:53123/other',
      'http://localhost:53123/cb',
      'http://127.0.0.1@evil/cb',
    ]) {
      assert.equal(await status(uri), 400, uri);
    }
  });

  test('RFC 9470: a step-up request with max_age and acr_values gives a fresh auth_time and the acr', async () => {
    const app = await newApp();
    const { tokens } = await signIn(app);
    at.clock.advance(10_000);
    const link = await linkOf(app, { max_age: '5', acr_values: 'phr' });
    const back = await continueTo(at, person, link.url);
    const checks = { pkceCodeVerifier: link.verifier, expectedState: link.state };
    const again = await client.authorizationCodeGrant(app.config, back, checks, undefined, {
      DPoP: app.DPoP,
    });
    const [old, fresh] = [claimsOf(tokens.access_token), claimsOf(again.access_token)];
    assert.ok(fresh.auth_time - old.auth_time >= 10);
    assert.equal(fresh.acr, 'phr');
  });
});

describe('an authorization code', () => {
  const exchange = (app: App, body: Record<string, string>, keys = app.keys as CryptoKeyPair) =>
    post('/oauth/token', { grant_type: 'authorization_code', ...body }, { keys, headers: basic(app) });

  async function freshCode(app: App, more: Record<string, string> = {}) {
    const link = await linkOf(app, more);
    const back = await continueTo(at, person, link.url);
    const code = back.searchParams.get('code') ?? '';
    return { code, redirect_uri: callback, code_verifier: link.verifier };
  }

  test('is bound to its client, redirect URI and PKCE, and lives a minute', async () => {
    const [app, other] = [await newApp(), await newApp()];
    const spoiled = async (change: Record<string, string>) =>
      (await exchange(app, { ...(await freshCode(app)), ...change })).json.error;
    assert.equal(await spoiled({ redirect_uri: `${callback}x` }), 'invalid_grant');
    assert.equal(await spoiled({ code_verifier: client.randomPKCECodeVerifier() }), 'invalid_grant');
    assert.equal(await spoiled({ code_verifier: '' }), 'invalid_grant');
    assert.equal(await spoiled({ code: 'A'.repeat(43) }), 'invalid_grant');
    const code = await freshCode(app);
    assert.equal((await exchange(other, code)).json.error, 'invalid_grant');
    assert.equal((await exchange(app, code)).status, 200, 'another client’s attempt does not spend it');
    const late = await freshCode(app);
    at.clock.advance(60_000);
    assert.equal((await exchange(app, late)).json.error, 'invalid_grant');
  });

  test('RFC 9449 10: with dpop_jkt only that key can use it', async () => {
    const app = await newApp();
    const own = await app.DPoP.calculateThumbprint();
    const stranger = await generateKeyPair('ES256');
    const stolen = await exchange(app, await freshCode(app, { dpop_jkt: own }), stranger);
    assert.equal(stolen.json.error, 'invalid_grant');
    assert.equal((await exchange(app, await freshCode(app, { dpop_jkt: own }))).status, 200);
  });

  test('RT-02: shown twice, it ends the session that came of it', async () => {
    const app = await newApp();
    const code = await freshCode(app);
    const first = await exchange(app, code);
    assert.equal(await isActive(app, first.json.access_token), true);
    assert.equal((await exchange(app, code)).json.error, 'invalid_grant');
    assert.equal(await isActive(app, first.json.access_token), false);
    await assert.rejects(refreshed(app, first.json.refresh_token), { error: 'invalid_grant' });
  });

  test('RT-03: of 20 uses at once at most one opens a session, and then none of it is left', async () => {
    const app = await newApp();
    const code = await freshCode(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(app, code)));
    const opened = answers.filter(({ status }) => status === 200);
    assert.ok(opened.length <= 1);
    for (const { json } of opened) assert.equal(await isActive(app, json.access_token), false);
    const hash = createHash('sha256').update(code.code).digest('base64url');
    const kept = await database.db.execute<{ code_sha256: string }>(
      `select * from authorization_codes where code_sha256 = '${hash}'`,
    );
    assert.ok(!JSON.stringify(kept.rows).includes(code.code), 'RT-09: only its hash is kept');
  });

  test('of a person who was disabled meanwhile gives nothing', async () => {
    const app = await newApp();
    const guest = await newPerson(at, 'Guest');
    const link = await linkOf(app);
    const back = await continueTo(at, guest, link.url);
    assert.equal((await at.admin(`/api/callers/${guest.id}/disable`, { method: 'POST' })).status, 204);
    const code = back.searchParams.get('code') ?? '';
    const answer = await exchange(app, { code, redirect_uri: callback, code_verifier: link.verifier });
    assert.equal(answer.json.error, 'invalid_grant');
  });
});

describe('refresh tokens of people', () => {
  test('RT-01, RT-02: a spent one is theft: it ends the family with its access tokens', async () => {
    const app = await newApp();
    const { refresh } = await signIn(app);
    const second = await refreshed(app, refresh);
    at.clock.advance(10_000);
    await assert.rejects(refreshed(app, refresh), { error: 'invalid_grant' });
    assert.equal(await isActive(app, second.access_token), false);
    await assert.rejects(refreshed(app, second.refresh_token ?? ''), { error: 'invalid_grant' });
  });

  test('RT-03, RT-04: of 50 refreshes at once all that succeed hold the same successor', async () => {
    const app = await newApp();
    const { refresh } = await signIn(app);
    const body = { grant_type: 'refresh_token', refresh_token: refresh };
    const keys = app.keys as CryptoKeyPair;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('/oauth/token', body, { keys, headers: basic(app) })),
    );
    const successors = answers.filter(({ status }) => status === 200).map(({ json }) => json.refresh_token);
    assert.ok(successors.length > 1);
    assert.equal(new Set(successors).size, 1);
    assert.ok(await refreshed(app, successors[0] ?? ''));
  });

  test('RT-05: in grace another key gets nothing; a grandparent ends the family', async () => {
    const app = await newApp();
    const { refresh } = await signIn(app);
    const second = await refreshed(app, refresh);
    const stranger = { keys: await generateKeyPair('ES256'), headers: basic(app) };
    const stolen = await post(
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: refresh },
      stranger,
    );
    assert.equal(stolen.json.error, 'invalid_grant');
    const third = await refreshed(app, second.refresh_token ?? '');
    await assert.rejects(refreshed(app, refresh), { error: 'invalid_grant' });
    assert.equal(await isActive(app, third.access_token), false);
  });

  test('RT-06: seven days after the passkey it is over, however often it was refreshed', async () => {
    const app = await newApp();
    let token = (await signIn(app)).refresh;
    const hour = 60 * 60 * 1000;
    const startAt = at.clock.now();
    for (let day = 1; day <= 7; day++) {
      at.clock.advance(23 * hour);
      token = (await refreshed(app, token)).refresh_token ?? '';
    }
    at.clock.advance(startAt + 7 * 24 * hour - 600_000 - at.clock.now());
    const last = await refreshed(app, token);
    assert.ok((last.expires_in ?? 0) <= 601, 'an access token does not outlive the session');
    at.clock.advance(600_000);
    await assert.rejects(refreshed(app, last.refresh_token ?? ''), { error: 'invalid_grant' });
  });

  test('RT-07: no proof, no token', async () => {
    const app = await newApp();
    const { refresh } = await signIn(app);
    const body = { grant_type: 'refresh_token', refresh_token: refresh };
    assert.equal(
      (await post('/oauth/token', body, { headers: basic(app) })).json.error,
      'invalid_dpop_proof',
    );
  });

  test('RT-12: not by another client, not from the console’s cookie, not for more scope', async () => {
    const [app, other] = [await newApp(), await newApp()];
    const { refresh } = await signIn(app);
    await assert.rejects(client.refreshTokenGrant(other.config, refresh, undefined, { DPoP: app.DPoP }), {
      error: 'invalid_grant',
    });
    const cookie = at.operator.cookies.get('__Host-Http-rt') ?? '';
    await assert.rejects(refreshed(app, cookie), { error: 'invalid_grant' });
    assert.equal((await at.operator.refresh()).status, 200, 'the operator’s session is unharmed');
    await assert.rejects(refreshed(app, refresh, { scope: 'read write' }), { error: 'invalid_scope' });
    const same = await refreshed(app, refresh, { scope: 'read' });
    assert.equal(same.scope, 'read');
  });

  test('AT-07: what a client loses, its sessions lose with their next refresh', async () => {
    const app = await newApp();
    const link = await linkOf(app, { scope: 'read write' });
    const back = await continueTo(at, person, link.url);
    const checks = { pkceCodeVerifier: link.verifier, expectedState: link.state };
    const tokens = await client.authorizationCodeGrant(app.config, back, checks, undefined, {
      DPoP: app.DPoP,
    });
    assert.equal(tokens.scope, 'read write');
    const {
      id,
      secrets: _secrets,
      createdAt: _at,
      createdBy: _by,
      lastUsedAt: _used,
      ...draft
    } = app.made.client;
    const change = (body: object) => at.admin(`/api/clients/${id}`, { method: 'PUT', body });
    assert.equal((await change({ ...draft, scopes: ['read'] })).status, 200);
    const next = await refreshed(app, tokens.refresh_token ?? '');
    assert.equal(next.scope, 'read');
    await assert.rejects(refreshed(app, next.refresh_token ?? '', { scope: 'write' }), {
      error: 'invalid_scope',
    });
    assert.equal((await change({ ...draft, audiences: ['https://elsewhere.example'] })).status, 200);
    await assert.rejects(refreshed(app, next.refresh_token ?? ''), { error: 'invalid_grant' });
    assert.equal((await change({ ...draft, kind: 'machine', redirectUris: [] })).status, 404);
    assert.equal((await change({ ...draft, redirectUris: ['javascript:alert(1)'] })).status, 400);
  });

  test('RV-06: disabling a person ends access, refresh and sign-in; enabling lets sign in anew', async () => {
    const app = await newApp();
    const guest = await newPerson(at, 'Guest');
    const [{ tokens, refresh }, mine] = [await signIn(app, guest), await signIn(app)];
    await at.admin(`/api/callers/${guest.id}/disable`, { method: 'POST' });
    assert.equal(await isActive(app, tokens.access_token), false);
    assert.equal(await isActive(app, mine.tokens.access_token), true);
    await assert.rejects(refreshed(app, refresh), { error: 'invalid_grant' });
    const refusedId = await openPage((await linkOf(app)).url);
    assert.equal(await codeOf(await tryContinue(at, guest, refusedId)), 'ceremony_failed');
    await at.admin(`/api/callers/${guest.id}/enable`, { method: 'POST' });
    await assert.rejects(refreshed(app, refresh), { error: 'invalid_grant' });
    at.clock.advance(1_000);
    assert.ok(await signIn(app, guest));
  });
});

describe('callers’ passkeys', () => {
  test('DV-07: a link makes one passkey, also of 5 uses at once, and ends after 48 hours', async () => {
    const { link } = await invite(at, 'Once');
    const browsers = await Promise.all(Array.from({ length: 5 }, () => BrowserDouble.open(at.at)));
    const answers = await Promise.allSettled(
      browsers.map((browser) => enrol(at, link, { browser, authenticator: newAuthenticator() })),
    );
    const statuses = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.status : 404));
    assert.equal(statuses.filter((status) => status === 204).length, 1);
    const late = await invite(at, 'Late');
    at.clock.advance(48 * 60 * 60 * 1000);
    const browser = await BrowserDouble.open(at.at);
    const answer = await browser.call('/oauth/enrol/begin', {
      body: { token: new URL(late.link).hash.replace('#token=', '') },
    });
    assert.equal(answer.status, 404);
  });

  test('an operator’s passkey signs in to no app, and a caller’s to no console', async () => {
    const app = await newApp();
    const id = await openPage((await linkOf(app)).url);
    const operator = { browser: at.operator, authenticator: at.authenticator };
    assert.equal(await codeOf(await tryContinue(at, operator, id)), 'ceremony_failed');
    assert.equal(await codeOf(await person.browser.trySignIn(person.authenticator)), 'ceremony_failed');
  });

  test('WA-01, WA-03: a ceremony is for one request and one use', async () => {
    const app = await newApp();
    const [first, second] = [
      await openPage((await linkOf(app)).url),
      await openPage((await linkOf(app)).url),
    ];
    const begun = await person.browser.begin(`/oauth/requests/${first}/begin`);
    const response = assertion(person.authenticator, at.issuer.origin, begun);
    const body = { ceremonyId: begun.ceremonyId, response };
    const elsewhere = await person.browser.call(`/oauth/requests/${second}/finish`, { body });
    assert.equal(await codeOf(elsewhere), 'ceremony_failed');
    const again = await person.browser.call(`/oauth/requests/${first}/finish`, { body });
    assert.equal(await codeOf(again), 'ceremony_failed');
  });

  test('WA-07, WA-09, WA-11: no user verification, another’s handle or a counter that runs back is refused', async () => {
    const app = await newApp();
    const { link, caller } = await invite(at, 'Handmade');
    const browser = await BrowserDouble.open(at.at);
    const passkey = new HandmadePasskey(at.issuer.origin);
    const begun = await browser.begin('/oauth/enrol/begin', { token: new URL(link).hash.slice(7) });
    const body = { ceremonyId: begun.ceremonyId, response: passkey.register(begun, { counter: 5 }) };
    assert.equal((await browser.call('/oauth/enrol/finish', { body })).status, 204);
    const attempt = async (lies: Parameters<HandmadePasskey['assert']>[1]) => {
      const id = await openPage((await linkOf(app)).url);
      const asked = await browser.begin(`/oauth/requests/${id}/begin`);
      const response = passkey.assert(asked, lies);
      const answer = await browser.call(`/oauth/requests/${id}/finish`, {
        body: { ceremonyId: asked.ceremonyId, response },
      });
      return answer.status;
    };
    assert.equal(await attempt({ counter: 6, userVerified: false }), 401);
    assert.equal(await attempt({ counter: 6, breakSignature: true }), 401);
    assert.equal(await attempt({ counter: 6, userHandle: 'AAAA' }), 401);
    assert.equal(await attempt({ counter: 6 }), 200);
    assert.equal(await attempt({ counter: 6 }), 401);
    const flagged = await database.db.execute<{ at: string | null }>(
      `select clone_suspected_at as at from caller_credentials where caller_id = '${caller.id}'`,
    );
    assert.ok(flagged.rows[0]?.at);
  });

  test('RT-10: another origin, a form or a missing proof gets nowhere on the page’s routes', async () => {
    const app = await newApp();
    const id = await openPage((await linkOf(app)).url);
    const begin = `/oauth/requests/${id}/begin`;
    for (const origin of ['http://localhost:4999', 'null', undefined]) {
      const answer = await person.browser.call(begin, { body: {}, headers: { origin } });
      assert.equal(await codeOf(answer), 'origin_refused');
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.equal((await person.browser.call(begin, { body: {}, headers: form })).status, 415);
    assert.equal((await person.browser.call(begin, { body: {}, proof: undefined })).status, 401);
  });
});
