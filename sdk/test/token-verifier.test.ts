/** `@tidegate/sdk/token` in a service of a customer, against the real token service and its stream over HTTP. */

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type CryptoKeyPair, generateKeyPair, generateProof } from 'dpop';
import { exportJWK, SignJWT } from 'jose';
import * as client from 'openid-client';
import { testIngestKey } from '../../test/fixtures/collector-api.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { installTokens, type TokenInstallation } from '../../test/fixtures/token-installation.ts';
import { newClient, ordersApi } from '../../test/fixtures/token-people.ts';
import { createTokenNonces } from '../src/token-nonce.ts';
import type { TokenVerifierOptions } from '../src/token-options.ts';
import type { TokenNeeds } from '../src/token-refusal.ts';
import { createTokenVerifierIn, type TokenVerifier } from '../src/token-verifier.ts';

const publicUrl = 'http://orders.example.com';

let database: TestDatabase;
let at: TokenInstallation;
before(async () => {
  database = await openTestDatabase();
  at = await installTokens(database);
});
after(async () => {
  await at.close();
  await database.close();
});

interface Service {
  verifier: TokenVerifier;
  /** A real request to the service, which answers by what the verifier says. */
  call(path: string, headers: Record<string, string>, needs?: TokenNeeds): Promise<Response>;
  /** Moves the service's idea of how long ago it heard anything. */
  forget(ms: number): void;
}

async function newService(
  t: TestContext,
  options: Partial<TokenVerifierOptions> = {},
  host = { clock: at.clock as { now(): number }, sendsDate: false },
): Promise<Service> {
  let needs: TokenNeeds = {};
  let forgotten = 0;
  const verifier = createTokenVerifierIn(
    {
      ...{ url: at.issuer.href, key: testIngestKey, audience: ordersApi, publicUrl, backoffMs: 10 },
      onDiagnostic: () => undefined,
      ...options,
    },
    {
      clock: host.clock,
      monotonic: { now: () => performance.now() + forgotten },
      random: Math.random,
      async fetch(...request) {
        const answer = await fetch(...request);
        const headers = new Headers(answer.headers);
        // What Node writes is the system's time, which is not the test's.
        if (host.sendsDate) headers.set('date', new Date(at.clock.now()).toUTCString());
        else headers.delete('date');
        return new Response(answer.body, { status: answer.status, headers });
      },
    },
  );
  const server = createServer(async (request, response) => {
    const verdict = await verifier.verifyToken(request, needs);
    if (verdict.kind === 'refused') {
      response.writeHead(verdict.refusal.status, verdict.refusal.headers);
      response.end(verdict.refusal.body);
    } else response.writeHead(200, verdict.headers).end(JSON.stringify(verdict.token));
  });
  const port = await listening(server);
  t.after(() => {
    verifier.close();
    server.close();
    server.closeAllConnections();
  });
  assert.equal(await verifier.ready(10_000), true);
  return {
    verifier,
    call(path, headers, asked = {}) {
      needs = asked;
      return fetch(`http://127.0.0.1:${port}${path}`, { headers });
    },
    forget(ms) {
      forgotten += ms;
    },
  };
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

interface Held {
  clientId: string;
  token: string;
  keys: CryptoKeyPair;
}

/** A machine's token, straight from the token endpoint. */
async function held(bearer = false): Promise<Held> {
  const { client, secret } = await newClient(at, { bearerAllowed: bearer });
  const keys = await generateKeyPair('ES256');
  const url = new URL('/oauth/token', at.issuer).href;
  const headers = new Headers({ authorization: `Basic ${btoa(`${client.id}:${secret}`)}` });
  if (!bearer) {
    headers.set('dpop', await generateProof(keys, url, 'POST', at.tokenService.currentNonce()));
  }
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(url, { method: 'POST', headers, body });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { clientId: client.id, token, keys };
}

/** The headers of an honest caller. */
async function bound({ token, keys }: Held, path = '/orders'): Promise<Record<string, string>> {
  const dpop = await proofAt(keys, { htu: `${publicUrl}${path}`, token });
  return { authorization: `DPoP ${token}`, dpop };
}

/** What every instance of the service hands out, since all have its key. */
const nonces = () => createTokenNonces({ key: testIngestKey, audience: ordersApi, clock: at.clock });

/** The test's clock stands still, so that proofs are made by hand. */
async function proofAt(
  keys: CryptoKeyPair,
  proof: {
    htu: string;
    token: string;
    htm?: string;
    iat?: number;
    jti?: string;
    typ?: string;
    nonce?: string | undefined;
  },
): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(proof.token));
  return new SignJWT({
    htm: proof.htm ?? 'GET',
    htu: proof.htu,
    jti: proof.jti ?? crypto.randomUUID(),
    iat: proof.iat ?? Math.floor(at.clock.now() / 1000),
    nonce: 'nonce' in proof ? proof.nonce : nonces().current(),
    ath: Buffer.from(digest).toString('base64url'),
  })
    .setProtectedHeader({
      alg: 'ES256',
      typ: proof.typ ?? 'dpop+jwt',
      jwk: await exportJWK(keys.publicKey),
    })
    .sign(keys.privateKey);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
const revokeClient = ({ clientId }: Held) => at.admin(`/api/clients/${clientId}`, { method: 'DELETE' });

describe('a good token', () => {
  test('of a machine is verified in the service, with who calls and for what', async (t) => {
    const service = await newService(t);
    const mine = await held();
    const answer = await service.call('/orders?page=2', await bound(mine));
    assert.equal(answer.status, 200);
    const token = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual(
      [token.subjectId, token.clientId, token.scopes],
      [mine.clientId, mine.clientId, ['read', 'write']],
    );
    assert.match(String(token.familyId), /^fam_/);
  });

  test('is good also on a host whose clock is ten minutes wrong', async (t) => {
    const wrong = { now: () => at.clock.now() - 600_000 };
    const service = await newService(t, {}, { clock: wrong, sendsDate: true });
    assert.equal((await service.call('/orders', await bound(await held()))).status, 200);
    const untold = await newService(t, {}, { clock: wrong, sendsDate: false });
    assert.equal((await untold.call('/orders', await bound(await held()))).status, 401);
  });

  test('behind a path prefix and a proxy, the URL of the proof is the one that callers see', async (t) => {
    const service = await newService(t, { publicUrl: `${publicUrl}/shop` });
    const mine = await held();
    assert.equal((await service.call('/orders', await bound(mine, '/shop/orders'))).status, 200);
    const spoofed = { ...(await bound(mine, '/orders')), 'x-forwarded-host': 'orders.example.com' };
    assert.equal(await codeOf(await service.call('/orders', spoofed)), 'invalid_dpop_proof');
  });

  test('without a binding is taken only by a service that says so', async (t) => {
    const [strict, lenient] = [await newService(t), await newService(t, { allowBearer: true })];
    const mine = await held(true);
    const headers = { authorization: `Bearer ${mine.token}` };
    assert.equal(await codeOf(await strict.call('/orders', headers)), 'invalid_token');
    assert.equal((await lenient.call('/orders', headers)).status, 200);
  });

  test('RFC 9470, RFC 6750: what a resource needs beyond it is said in the challenge', async (t) => {
    const service = await newService(t);
    const mine = await held();
    const old = await service.call('/orders', await bound(mine), { maxAgeSeconds: 300, acr: 'phr' });
    const challenge = old.headers.get('www-authenticate') ?? '';
    assert.equal(old.status, 401);
    assert.match(challenge, /^DPoP error="insufficient_user_authentication"/);
    assert.match(challenge, /max_age="300", acr_values="phr"/);
    const narrow = await service.call('/orders', await bound(mine), { scopes: ['admin'] });
    assert.equal(narrow.status, 403);
    assert.match(narrow.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="admin"/);
  });
});

describe('a token or proof that is not good', () => {
  test('AT-01..05: no other algorithm, key, type, issuer, audience or time', async (t) => {
    const service = await newService(t);
    const mine = await held();
    const [header = {}, claims = {}] = mine.token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    const { signing } = at.at.identity.foundation.keyring;
    const forge = (changes: object, more: object = {}, key: CryptoKey = signing().privateKey) =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ ...header, ...more } as never).sign(key);
    const stranger = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    if (!('privateKey' in stranger)) throw new Error('no pair');
    const encode = (data: object) => Buffer.from(JSON.stringify(data)).toString('base64url');
    const nowSeconds = Math.floor(at.clock.now() / 1000);
    const forged = {
      'alg none': `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
      'another spelling of the signature': `${mine.token.slice(0, -1)}${String.fromCharCode(mine.token.charCodeAt(mine.token.length - 1) + 1)}`,
      'another key': await forge({}, {}, stranger.privateKey),
      'own jwk': await forge({}, { jwk: await exportJWK(stranger.publicKey) }, stranger.privateKey),
      'unknown kid': await forge({}, { kid: 'AAAA' }),
      'no kid': await forge({}, { kid: undefined }),
      'another type': await forge({}, { typ: 'JWT' }),
      'another issuer': await forge({ iss: 'http://localhost:1' }),
      'another audience': await forge({ aud: 'https://api.example.com/stock' }),
      'the console': await forge({ aud: 'tidegate-console' }),
      'lives too long': await forge({ exp: claims.iat + 901 }),
      'from the future': await forge({ iat: nowSeconds + 10, exp: nowSeconds + 600 }),
      'unreadable binding': await forge({ cnf: { 'x5t#S256': 'x' } }),
    };
    for (const [why, token] of Object.entries(forged)) {
      const answer = await service.call('/orders', await bound({ ...mine, token }));
      assert.equal(await codeOf(answer), 'invalid_token', why);
      assert.equal(answer.status, 401);
    }
    // A binding that cannot be read must not pass for none (guard: `unreadable` in token-claims.ts).
    const lenient = await newService(t, { allowBearer: true });
    const bearer = { authorization: `Bearer ${forged['unreadable binding']}` };
    assert.equal(await codeOf(await lenient.call('/orders', bearer)), 'invalid_token');
    const expired = await forge({ iat: nowSeconds - 100, exp: nowSeconds - 6 });
    assert.equal(
      await codeOf(await service.call('/orders', await bound({ ...mine, token: expired }))),
      'token_expired',
    );
    assert.equal(await codeOf(await service.call('/orders', {})), 'no_token');
    assert.equal(
      await codeOf(await service.call(`/orders?access_token=${mine.token}`, {})),
      'no_token',
      'AT-06',
    );
  });

  test('DP-01..07, DP-11: a proof is for this token, key, method, URL and moment, and for one use', async (t) => {
    const service = await newService(t);
    const mine = await held();
    const thief = await generateKeyPair('ES256');
    const right = { htu: `${publicUrl}/orders`, token: mine.token };
    const wrong = {
      'another key': await proofAt(thief, right),
      'another method': await proofAt(mine.keys, { ...right, htm: 'POST' }),
      'another path': await proofAt(mine.keys, { ...right, htu: `${publicUrl}/other` }),
      'another host': await proofAt(mine.keys, { ...right, htu: 'http://evil.example/orders' }),
      'another token': await proofAt(mine.keys, { ...right, token: 'x' }),
      'another type': await proofAt(mine.keys, { ...right, typ: 'JWT' }),
      'two in one header': `${await proofAt(mine.keys, right)}, ${await proofAt(mine.keys, right)}`,
    };
    const authorization = `DPoP ${mine.token}`;
    for (const [why, dpop] of Object.entries(wrong)) {
      assert.equal(
        await codeOf(await service.call('/orders', { authorization, dpop })),
        'invalid_dpop_proof',
        why,
      );
    }
    assert.equal(
      await codeOf(await service.call('/orders', { authorization })),
      'invalid_dpop_proof',
      'DP-01',
    );
    const downgraded = await service.call('/orders', { authorization: `Bearer ${mine.token}` });
    assert.equal(await codeOf(downgraded), 'invalid_token', 'DP-02');
    const once = await bound(mine);
    const answers = await Promise.all(Array.from({ length: 20 }, () => service.call('/orders', once)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1, 'DP-04');
  });
});

describe('the moment of a proof', () => {
  test('DP-07, DP-08: made in advance, without a nonce or with a made-up one, it is asked for once more', async (t) => {
    const service = await newService(t);
    const mine = await held();
    const authorization = `DPoP ${mine.token}`;
    const right = { htu: `${publicUrl}/orders`, token: mine.token };
    const inAdvance = await proofAt(mine.keys, { ...right, iat: Math.floor(at.clock.now() / 1000) + 121 });
    at.clock.advance(121_000);
    const stranger = createTokenNonces({ key: 'another-key', audience: ordersApi, clock: at.clock });
    const wrong = [
      inAdvance,
      await proofAt(mine.keys, { ...right, nonce: undefined }),
      await proofAt(mine.keys, { ...right, nonce: stranger.current() }),
      await proofAt(mine.keys, { ...right, nonce: `${nonces().current()}x` }),
    ];
    for (const dpop of wrong) {
      const answer = await service.call('/orders', { authorization, dpop });
      assert.equal(answer.headers.get('dpop-nonce'), nonces().current());
      assert.match(answer.headers.get('www-authenticate') ?? '', /error="use_dpop_nonce"/);
      assert.deepEqual([answer.status, await codeOf(answer)], [401, 'use_dpop_nonce']);
    }
    assert.equal((await service.call('/orders', await bound(mine))).status, 200);
  });

  test('openid-client, unmodified, fetches the nonce by itself', async (t) => {
    const service = await newService(t);
    const { client: made, secret } = await newClient(at);
    const config = await client.discovery(at.issuer, made.id, undefined, client.ClientSecretBasic(secret), {
      algorithm: 'oauth2',
      execute: [client.allowInsecureRequests],
    });
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    const { access_token } = await client.clientCredentialsGrant(config, {}, { DPoP });
    // The library makes its proofs for the address that it calls, which here is a port of this machine.
    const seen: number[] = [];
    config[client.customFetch] = async (url, options) => {
      const path = new URL(url).pathname;
      const answer = await service.call(path, Object.fromEntries(new Headers(options.headers)));
      seen.push(answer.status);
      return answer;
    };
    const url = new URL(`${publicUrl}/orders`);
    const answer = await client.fetchProtectedResource(config, access_token, url, 'GET', null, undefined, {
      DPoP,
    });
    assert.deepEqual([answer.status, seen], [200, [401, 200]]);
  });

  test('without nonces its time of issue counts, a minute and five seconds of skew', async (t) => {
    const service = await newService(t, { nonces: false });
    const mine = await held();
    const nowSeconds = Math.floor(at.clock.now() / 1000);
    const status = async (iat: number) => {
      const proof = { htu: `${publicUrl}/orders`, token: mine.token, iat, nonce: undefined };
      const dpop = await proofAt(mine.keys, proof);
      return (await service.call('/orders', { authorization: `DPoP ${mine.token}`, dpop })).status;
    };
    assert.deepEqual(
      [await status(nowSeconds - 60), await status(nowSeconds - 66), await status(nowSeconds + 6)],
      [200, 401, 401],
    );
  });
});

describe('a revoked token', () => {
  test('RV-02: is refused by every connected service, also for what it does not say of itself', async (t) => {
    const services = [await newService(t), await newService(t)];
    const [mine, other] = [await held(), await held()];
    for (const service of services)
      assert.equal((await service.call('/orders', await bound(mine))).status, 200);
    assert.equal((await revokeClient(mine)).status, 204);
    for (const service of services) {
      await until(async () => (await service.call('/orders', await bound(mine))).status === 401);
      const answer = await service.call('/orders', await bound(mine));
      assert.equal(await codeOf(answer), 'token_revoked');
      assert.equal((await service.call('/orders', await bound(other))).status, 200);
    }
  });

  test('RV-03: one token, one family, one subject, one client, everybody: each ends exactly that', async (t) => {
    const service = await newService(t);
    const status = async (who: Held) => (await service.call('/orders', await bound(who))).status;
    const claims = ({ token }: Held) =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const by = { actor: 'opr_1', address: 'local' };
    const kinds = {
      token: (who: Held) => claims(who).jti,
      family: (who: Held) => claims(who).fam,
      subject: (who: Held) => claims(who).sub,
      client: (who: Held) => who.clientId,
    };
    const bystander = await held();
    for (const [kind, subjectOf] of Object.entries(kinds)) {
      const mine = await held();
      assert.equal(await status(mine), 200, kind);
      await at.at.identity.revokeTokens({ kind: kind as keyof typeof kinds, subject: subjectOf(mine) }, by);
      await until(async () => (await status(mine)) === 401);
      assert.equal(await status(bystander), 200, kind);
    }
    await at.at.identity.revokeTokens({ kind: 'all', subject: '*' }, by);
    await until(async () => (await status(bystander)) === 401);
    // The operator is signed out too, and signs in again with the next call.
    at.clock.advance(250_000);
  });

  test('RV-02: stays refused after both sides were started anew, and in a service that was not there', async (t) => {
    const early = await newService(t);
    const [mine, other] = [await held(), await held()];
    assert.equal((await early.call('/orders', await bound(mine))).status, 200);
    await at.stop();
    await until(async () => !early.verifier.stats().fresh || (await early.verifier.ready(0)));
    await at.start();
    await revokeClient(mine);
    const late = await newService(t);
    for (const service of [early, late]) {
      await until(async () => (await service.call('/orders', await bound(mine))).status === 401);
      assert.equal((await service.call('/orders', await bound(other))).status, 200);
    }
    await at.stop();
    await at.start();
    const latest = await newService(t);
    assert.equal(await codeOf(await latest.call('/orders', await bound(mine))), 'token_revoked');
    assert.equal((await latest.call('/orders', await bound(other))).status, 200);
  });

  test('RV-08: a view that is too old refuses everybody, and a fresh one lets them in again', async (t) => {
    const told: string[] = [];
    const service = await newService(t, { onDiagnostic: ({ code }) => told.push(code) });
    const mine = await held();
    assert.equal((await service.call('/orders', await bound(mine))).status, 200);
    await at.stop();
    service.forget(30_001);
    const answer = await service.call('/orders', await bound(mine));
    assert.deepEqual([answer.status, await codeOf(answer)], [503, 'unavailable']);
    assert.ok(answer.headers.get('retry-after'));
    assert.ok(told.includes('revocations_unheard'));
    await at.start();
    await until(async () => (await service.call('/orders', await bound(mine))).status === 200);
  });

  test('AT-02: after the keys were replaced, nothing that the old ones signed is taken, forged or not', async (t) => {
    const service = await newService(t);
    const mine = await held();
    const { kid, privateKey } = at.at.identity.foundation.keyring.signing();
    assert.equal((await service.call('/orders', await bound(mine))).status, 200);
    assert.equal((await at.admin('/api/signing-keys/replace', { method: 'POST' })).status, 200);
    await until(async () => (await service.call('/orders', await bound(mine))).status === 401);
    const claims = JSON.parse(Buffer.from(mine.token.split('.')[1] ?? '', 'base64url').toString());
    const later = Math.floor(at.clock.now() / 1000) + 4;
    const token = await new SignJWT({ ...claims, jti: 'forged-by-the-thief', iat: later, exp: later + 600 })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .sign(privateKey);
    assert.equal((await service.call('/orders', await bound({ ...mine, token }))).status, 401, 'forged');
    at.clock.advance(250_000);
    const fresh = await held();
    // New keys are found by themselves.
    await until(async () => (await service.call('/orders', await bound(fresh))).status === 200);
    const keys = (await (await fetch(new URL('/.well-known/jwks.json', at.issuer))).json()) as {
      keys: { kid: string }[];
    };
    assert.ok(!keys.keys.some((key) => key.kid === kid));
  });
});

test('wrong options are a TypeError that names them', () => {
  const good = { url: 'http://localhost:1', key: 'k', audience: 'a', publicUrl };
  const world = { clock: at.clock, monotonic: performance, random: Math.random, fetch };
  const wrong: [Partial<TokenVerifierOptions>, RegExp][] = [
    [{ url: 'localhost' }, /^url/],
    [{ publicUrl: 'orders' }, /^publicUrl/],
    [{ audience: '' }, /^audience/],
    [{ staleAfterMs: 1_000 }, /^staleAfterMs/],
  ];
  for (const [change, message] of wrong) {
    assert.throws(() => createTokenVerifierIn({ ...good, ...change }, world), { name: 'TypeError', message });
  }
});
