/** Machines: oauth4webapi, unmodified, against the token service over HTTP. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { generateProof } from 'dpop';
import * as oauth from 'oauth4webapi';
import type { ClientCreated, ClientDraft } from '../../lib/contract/oauth.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { installTokens, type TokenInstallation } from '../../test/fixtures/token-installation.ts';
import { newClient as makeClient, ordersApi } from '../../test/fixtures/token-people.ts';

const overHttp = { [oauth.allowInsecureRequests]: true };
const claimsOf = (jwt: string) =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));

let database: TestDatabase;
let at: TokenInstallation;
let server: oauth.AuthorizationServer;
before(async () => {
  database = await openTestDatabase();
  at = await installTokens(database);
  const found = await oauth.discoveryRequest(at.issuer, { ...overHttp, algorithm: 'oauth2' });
  server = await oauth.processDiscoveryResponse(at.issuer, found);
});
after(async () => {
  await at.close();
  await database.close();
});

const newClient = (draft: Partial<ClientDraft> = {}) => makeClient(at, draft);

async function dpopHandle(client: oauth.Client) {
  const keys = await oauth.generateKeyPair('ES256');
  return oauth.DPoP(client, keys);
}

/** As the library's documentation has it: ask, and once more where only the nonce was missing. */
async function machineToken(
  made: Required<ClientCreated>,
  options: { dpop?: oauth.DPoPHandle; scope?: string; resource?: string; basic?: boolean } = {},
): Promise<oauth.TokenEndpointResponse> {
  const client: oauth.Client = { client_id: made.client.id };
  const authentication =
    options.basic === false ? oauth.ClientSecretPost(made.secret) : oauth.ClientSecretBasic(made.secret);
  const parameters = new URLSearchParams();
  if (options.scope !== undefined) parameters.set('scope', options.scope);
  if (options.resource !== undefined) parameters.set('resource', options.resource);
  const ask = async () => {
    const more = { ...overHttp, ...(options.dpop === undefined ? {} : { DPoP: options.dpop }) };
    const answer = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      authentication,
      parameters,
      more,
    );
    return oauth.processClientCredentialsResponse(server, client, answer);
  };
  try {
    return await ask();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return ask();
  }
}

test('the whole cycle of a machine with a library of others: discovery, nonce retry, token, introspection, revocation', async () => {
  const made = await newClient();
  const client: oauth.Client = { client_id: made.client.id };
  const dpop = await dpopHandle(client);
  const token = await machineToken(made, { dpop });
  assert.equal(token.token_type, 'dpop');
  assert.equal(token.expires_in, 900);
  assert.equal(token.scope, 'read write');
  const claims = claimsOf(token.access_token);
  assert.deepEqual(
    [claims.sub, claims.client_id, claims.aud, claims.cnf.jkt],
    [made.client.id, made.client.id, ordersApi, await dpop.calculateThumbprint()],
  );
  const keys = (await (await fetch(String(server.jwks_uri))).json()) as { keys: Record<string, unknown>[] };
  assert.ok(keys.keys.length >= 2, 'the next key is published before it signs');
  assert.ok(keys.keys.every((key) => !('d' in key)));

  const authentication = oauth.ClientSecretBasic(made.secret);
  const ask = async () => {
    const answer = await oauth.introspectionRequest(
      server,
      client,
      authentication,
      token.access_token,
      overHttp,
    );
    return oauth.processIntrospectionResponse(server, client, answer);
  };
  const before = await ask();
  assert.equal(before.active, true);
  assert.deepEqual([before.token_type, before.cnf], ['DPoP', claims.cnf]);
  const revocation = await oauth.revocationRequest(
    server,
    client,
    authentication,
    token.access_token,
    overHttp,
  );
  await oauth.processRevocationResponse(revocation);
  assert.deepEqual(await ask(), { active: false });
});

/** A call that no library would make. */
async function post(
  path: string,
  body: Record<string, string> | string,
  headers: Record<string, string> = {},
) {
  const answer = await fetch(new URL(path, at.issuer), {
    method: 'POST',
    body: typeof body === 'string' ? body : new URLSearchParams(body),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text === '' ? undefined : JSON.parse(text) };
}

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

describe('what a machine may not do', () => {
  test('DP-08: without a nonce or with a made-up one, the token endpoint answers 400 use_dpop_nonce with a fresh one', async () => {
    const made = await newClient();
    const { client } = made;
    for (const nonce of [undefined, 'AAAA', at.tokenService.currentNonce().replace(/^./, 'z')]) {
      const keys = await oauth.generateKeyPair('ES256');
      const proof = await generateProof(keys, String(server.token_endpoint), 'POST', nonce);
      const headers = { ...basic(client.id, made.secret), dpop: proof };
      const answer = await post('/oauth/token', { grant_type: 'client_credentials' }, headers);
      assert.deepEqual([answer.status, answer.json.error], [400, 'use_dpop_nonce']);
      assert.equal(answer.headers.get('dpop-nonce'), at.tokenService.currentNonce());
    }
  });

  test('DP-01: a client gets no bearer token unless it was made for it', async () => {
    const bound = await newClient();
    const headers = basic(bound.client.id, bound.secret);
    const refused = await post('/oauth/token', { grant_type: 'client_credentials' }, headers);
    assert.deepEqual([refused.status, refused.json.error], [400, 'invalid_dpop_proof']);
    const bearer = await newClient({ bearerAllowed: true });
    const given = await machineToken(bearer);
    assert.equal(given.token_type, 'bearer');
    assert.equal(claimsOf(given.access_token).cnf, undefined);
    const dpop = await dpopHandle({ client_id: bearer.client.id });
    assert.equal((await machineToken(bearer, { dpop })).token_type, 'dpop');
  });

  test('DP-04: a proof buys one token, also of 20 at once', async () => {
    const made = await newClient();
    const keys = await oauth.generateKeyPair('ES256');
    const nonce = at.tokenService.currentNonce();
    const dpop = await generateProof(keys, String(server.token_endpoint), 'POST', nonce);
    const headers = { ...basic(made.client.id, made.secret), dpop };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/oauth/token', { grant_type: 'client_credentials' }, headers)),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  test('RT-12: no scope and no audience beyond its own, and less where it asks for less', async () => {
    const made = await newClient({ audiences: [ordersApi, 'https://api.example.com/stock'] });
    const dpop = await dpopHandle({ client_id: made.client.id });
    const less = await machineToken(made, { dpop, scope: 'read', resource: ordersApi });
    assert.deepEqual([less.scope, claimsOf(less.access_token).aud], ['read', ordersApi]);
    const asks = [
      { scope: 'admin' },
      { scope: 'read admin' },
      { resource: 'tidegate-console' },
      { resource: 'https://other' },
    ];
    for (const ask of asks) {
      const wanted = 'scope' in ask ? 'invalid_scope' : 'invalid_target';
      await assert.rejects(machineToken(made, { dpop, ...ask }), { error: wanted });
    }
  });

  test('AT-04: a token for the customer’s API opens nothing of the console', async () => {
    const made = await newClient();
    const dpop = await dpopHandle({ client_id: made.client.id });
    const { access_token } = await machineToken(made, { dpop });
    for (const path of ['/api/clients', '/api/me']) {
      const answer = await at.operator.call(path, { token: access_token });
      assert.equal(answer.status, 401);
    }
  });

  test('AT-06: a secret in the URL is not looked at, nor are two ways to authenticate', async () => {
    const { client, secret } = await newClient({ bearerAllowed: true });
    const grant = { grant_type: 'client_credentials' };
    const inUrl = `/oauth/token?client_id=${client.id}&client_secret=${secret}`;
    assert.deepEqual((await post(inUrl, grant)).json.error, 'invalid_client');
    const twice = await post('/oauth/token', { ...grant, client_secret: secret }, basic(client.id, secret));
    assert.equal(twice.json.error, 'invalid_request');
    const repeated = `grant_type=client_credentials&grant_type=client_credentials&client_id=${client.id}`;
    assert.equal((await post('/oauth/token', repeated)).json.error, 'invalid_request');
    const json = { 'content-type': 'application/json' };
    assert.equal((await post('/oauth/token', JSON.stringify(grant), json)).json.error, 'invalid_request');
  });

  test('a wrong, foreign, revoked or missing secret is one and the same 401 with a challenge', async () => {
    const [own, other] = [await newClient({ bearerAllowed: true }), await newClient({ bearerAllowed: true })];
    const rotated = (await (
      await at.admin(`/api/clients/${own.client.id}/secrets`, { method: 'POST' })
    ).json()) as Required<ClientCreated>;
    const first = own.client.secrets[0]?.id ?? '';
    await at.admin(`/api/clients/${own.client.id}/secrets/${first}`, { method: 'DELETE' });
    const grant = { grant_type: 'client_credentials' };
    for (const secret of [own.secret, other.secret, 'tgc_', 'x'.repeat(500)]) {
      const answer = await post('/oauth/token', grant, basic(own.client.id, secret));
      assert.deepEqual([answer.status, answer.json.error], [401, 'invalid_client']);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic /);
    }
    assert.equal((await post('/oauth/token', { ...grant, client_id: own.client.id })).status, 401);
    assert.equal((await post('/oauth/token', grant, basic(own.client.id, rotated.secret))).status, 200);
  });

  test('RT-09: neither secret nor hash of it opens anything when read from the database', async () => {
    const { client, secret } = await newClient({ bearerAllowed: true });
    const rows = await database.db.execute<{ secret_sha256: string }>(
      `select * from client_secrets where client_id = '${client.id}'`,
    );
    assert.ok(!JSON.stringify(rows.rows).includes(secret));
    const stolen = basic(client.id, rows.rows[0]?.secret_sha256 ?? '');
    assert.equal((await post('/oauth/token', { grant_type: 'client_credentials' }, stolen)).status, 401);
  });

  test('RC-01: guessing secrets is slowed down', async () => {
    const { client } = await newClient();
    let status = 0;
    for (let guess = 0; guess < 130 && status !== 429; guess++) {
      status = (await post('/oauth/token', { grant_type: 'x' }, basic(client.id, `tgc_${guess}`))).status;
    }
    assert.equal(status, 429);
    at.clock.advance(60_000);
  });
});

describe('ending a machine', () => {
  test('RV-04: unknown and foreign tokens are answered 200, and the foreign one lives on', async () => {
    const [own, other] = [await newClient(), await newClient()];
    const dpop = await dpopHandle({ client_id: other.client.id });
    const { access_token: token } = await machineToken(other, { dpop });
    for (const junk of ['junk', token, `${token}x`]) {
      const answer = await post('/oauth/revoke', { token: junk }, basic(own.client.id, own.secret));
      assert.equal(answer.status, 200);
    }
    const asked = await post('/oauth/introspect', { token }, basic(other.client.id, other.secret));
    assert.equal(asked.json.active, true);
  });

  test('RV-05: introspection needs a secret, and tells only owner and audience', async () => {
    const [own, other] = [await newClient(), await newClient()];
    const api = await newClient({ kind: 'resource', scopes: [] });
    const elsewhere = await newClient({
      kind: 'resource',
      scopes: [],
      audiences: ['https://elsewhere.example'],
    });
    const { access_token: token } = await machineToken(own, {
      dpop: await dpopHandle({ client_id: own.client.id }),
    });
    assert.equal((await post('/oauth/introspect', { token })).status, 401);
    const ask = async ({ client, secret }: Required<ClientCreated>, asked = token) =>
      (await post('/oauth/introspect', { token: asked }, basic(client.id, secret))).json;
    for (const stranger of [other, elsewhere]) assert.deepEqual(await ask(stranger), { active: false });
    assert.deepEqual(await ask(own, at.operatorToken()), { active: false }, 'a token of the console');
    for (const entitled of [own, api]) assert.equal((await ask(entitled)).token_type, 'DPoP');
    at.clock.advance(906_000);
    assert.deepEqual(await ask(own), { active: false }, 'expired');
    at.clock.advance(-906_000);
  });

  test('RV-03: revoking a client ends its tokens and secrets, and those of no other', async () => {
    const [own, other] = [await newClient(), await newClient()];
    const tokens = [];
    for (const made of [own, other]) {
      tokens.push(await machineToken(made, { dpop: await dpopHandle({ client_id: made.client.id }) }));
    }
    const api = await newClient({ kind: 'resource', scopes: [] });
    assert.equal((await at.admin(`/api/clients/${own.client.id}`, { method: 'DELETE' })).status, 204);
    const active = [];
    for (const { access_token: token } of tokens) {
      active.push((await post('/oauth/introspect', { token }, basic(api.client.id, api.secret))).json.active);
    }
    assert.deepEqual(active, [false, true]);
    const again = await post(
      '/oauth/token',
      { grant_type: 'client_credentials' },
      basic(own.client.id, own.secret),
    );
    assert.equal(again.status, 401);
  });

  test('CF-04, IK-03: a third secret is refused, two at once leave two, and the list shows neither', async () => {
    const { client, secret } = await newClient();
    const add = () => at.admin(`/api/clients/${client.id}/secrets`, { method: 'POST' });
    const answers = await Promise.all(Array.from({ length: 10 }, add));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(answers.filter(({ status }) => status === 409).length, 9);
    const list = await (await at.admin('/api/clients')).text();
    assert.ok(list.includes(client.id) && !list.includes(secret));
    const audit = await database.db.execute<{ n: number }>(
      `select count(*)::int as n from audit_entries where target = '${client.id}' and action = 'client.create_secret'`,
    );
    assert.equal(audit.rows[0]?.n, 1);
  });
});

test('a form of unknown length is read like any other, up to its limit', async () => {
  const made = await newClient();
  const introspect = (token: string) => {
    const form = new URLSearchParams({ client_id: made.client.id, client_secret: made.secret, token });
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new Blob([form.toString()]).stream(),
      duplex: 'half',
    };
    return fetch(new URL('/oauth/introspect', at.issuer), request);
  };
  assert.deepEqual(await (await introspect('unknown')).json(), { active: false });
  assert.equal((await introspect('x'.repeat(20_000))).status, 413);
});
