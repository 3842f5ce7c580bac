import assert from 'node:assert/strict';
import { createHash, createSecretKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as connectTcp } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { BrowserDouble, codeOf, newAuthenticator } from '../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { routes } from '../policies/routes.table.ts';
import { createProofVerifier } from './dpop.ts';
import { createDpopNonces } from './dpop-nonce.ts';
import { createReplayCache } from './replay-cache.ts';

let database: TestDatabase;
let at: Installation;
let browser: BrowserDouble;
let token: string;
/** The server's own signing key: what even a thief of it may not do is tested with it. */
let serverKey: { kid: string; key: CryptoKey };

before(async () => {
  database = await openTestDatabase();
  at = await installEmpty(database);
  browser = await BrowserDouble.open(at);
  token = (await browser.setUp((await at.identity.createSetupLink()) ?? '', newAuthenticator())).accessToken;
  const file = JSON.parse(readFileSync(path.join(at.dataDir, 'identity-keys.json'), 'utf8'));
  const { kid, jwk } = file.signing[0];
  const key = await importJWK(jwk, 'EdDSA');
  assert.ok(!(key instanceof Uint8Array));
  serverKey = { kid, key };
});
after(() => database.close());

const text = (data: string | object) =>
  Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64url');
const parts = (jwt: string) =>
  jwt
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
const athOf = (accessToken: string) => createHash('sha256').update(accessToken).digest('base64url');

/** The token with some claims and header members changed, signed by the server's key. */
function signed(claims: object, header: object = {}, key: CryptoKey = serverKey.key): Promise<string> {
  const [ownHeader, ownClaims] = parts(token);
  return new SignJWT({ ...ownClaims, ...claims }).setProtectedHeader({ ...ownHeader, ...header }).sign(key);
}

async function tokenRefused(forged: string, why: string): Promise<void> {
  const answer = await browser.call('/api/me', { token: forged });
  assert.equal(answer.status, 401, why);
  // RFC 6750 3.1: a token was shown, and it is no good.
  assert.match(answer.headers.get('www-authenticate') ?? '', /^DPoP error="invalid_token"/, why);
}

interface ProofChanges {
  header?: object;
  claims?: Record<string, unknown>;
  key?: Parameters<SignJWT['sign']>[0];
}

/** A proof that is right for `GET /api/me` with the token, but for the changes. */
async function proof(changes: ProofChanges = {}): Promise<string> {
  const jwk = await exportJWK(browser.keys.publicKey);
  return new SignJWT({
    htm: 'GET',
    htu: browser.url('/api/me'),
    jti: randomUUID(),
    iat: Math.floor(at.clock.now() / 1000),
    nonce: at.identity.currentNonce(),
    ath: athOf(token),
    ...changes.claims,
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...changes.header })
    .sign(changes.key ?? browser.keys.privateKey);
}

const me = (proofText: string | undefined, headers = {}) =>
  browser.call('/api/me', { token, proof: proofText, headers });

async function proofRefused(proofText: string | undefined, why: string, code = 'invalid_dpop_proof') {
  const answer = await me(proofText);
  assert.equal(answer.status, 401, why);
  assert.ok(answer.headers.get('dpop-nonce'), why);
  assert.equal(await codeOf(answer), code, why);
}

describe('access tokens', () => {
  test('AT-01: no other algorithm, no empty signature, no changed payload', async () => {
    const [header, claims] = parts(token);
    const [head = '', body = '', signature = ''] = token.split('.');
    for (const alg of ['none', 'nOnE', 'None']) {
      await tokenRefused(`${text({ ...header, alg })}.${body}.`, alg);
      await tokenRefused(`${text({ ...header, alg })}.${body}.${signature}`, alg);
    }
    await tokenRefused(`${head}.${body}.`, 'empty signature');
    await tokenRefused(`${head}.${text({ ...claims, sub: 'opr_other' })}.${signature}`, 'changed payload');
    // The last character carries bits that decoders drop: the same signature, written in another way.
    const respelled = `${signature.slice(0, -1)}${String.fromCharCode(signature.charCodeAt(85) + 1)}`;
    assert.deepEqual(Buffer.from(respelled, 'base64url'), Buffer.from(signature, 'base64url'));
    await tokenRefused(`${head}.${body}.${respelled}`, 'another spelling');
    const pem = await exportSPKI(await verifyingKey());
    for (const secret of [
      Buffer.from(pem),
      Buffer.from(String((await exportJWK(await verifyingKey())).x), 'base64url'),
    ]) {
      const forged = await new SignJWT(claims)
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(createSecretKey(secret));
      await tokenRefused(forged, 'HS256 with the public key');
    }
  });

  test('AT-02: keys in the header are ignored, and nobody is called', async () => {
    let connections = 0;
    const listener = createServer(() => {
      connections += 1;
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/keys`;
    const own = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = await exportJWK(own.publicKey);
    const headers = [
      { jwk },
      { jwk, kid: undefined },
      { jku: url },
      { x5u: url },
      { x5c: [Buffer.alloc(300, 7).toString('base64')], 'x5t#S256': 'A'.repeat(43) },
      { kid: '../../../../dev/null' },
      { kid: 'a'.repeat(10_000) },
      { kid: '__proto__' },
      { kid: undefined },
    ];
    for (const header of headers) {
      await tokenRefused(await signed({}, header, own.privateKey), JSON.stringify(header).slice(0, 80));
    }
    const [header] = parts(token);
    await tokenRefused(
      `${text({ ...header, crit: ['x'], x: 1 })}.${token.split('.').slice(1).join('.')}`,
      'crit',
    );
    await new Promise((resolve) => listener.close(resolve));
    assert.equal(connections, 0);
  });

  test('AT-03: only at+jwt is an access token: no proof, no refresh token, no other JWT', async () => {
    for (const typ of ['JWT', 'dpop+jwt', undefined]) {
      await tokenRefused(await signed({}, { typ }), String(typ));
    }
    await tokenRefused(await proof(), 'a proof');
    await tokenRefused(browser.cookies.get('__Host-Http-rt') ?? '', 'a refresh token');
    await tokenRefused(`tgk_${'A'.repeat(43)}`, 'an ingest key');
    const ada = parts(token)[1].sub;
    for (const [path, body] of [
      ['/api/invites', { role: 'viewer', clearance: 1 }],
      ['/api/recovery/links', { operatorId: ada }],
    ] as const) {
      const made = await (await browser.call(path, { body, token })).json();
      await tokenRefused(new URL(made.link).hash.replace('#token=', ''), `the token of ${path}`);
    }
  });

  test('AT-04: another issuer or audience is refused', async () => {
    await tokenRefused(await signed({ iss: 'http://localhost:3001' }), 'issuer');
    for (const aud of ['tidegate-collector', undefined, ['tidegate-collector']]) {
      await tokenRefused(await signed({ aud }), 'audience');
    }
  });

  test('AT-05: exactly the life that was given, five seconds of skew, never more than 15 minutes', async () => {
    const nowSeconds = Math.floor(at.clock.now() / 1000);
    const withTimes = (iat: number, exp: number) => signed({ iat: nowSeconds + iat, exp: nowSeconds + exp });
    assert.equal((await browser.call('/api/me', { token: await withTimes(-899, 1) })).status, 200);
    assert.equal((await browser.call('/api/me', { token: await withTimes(-900, -4) })).status, 200);
    const late = await browser.call('/api/me', { token: await withTimes(-906, -6) });
    assert.equal(await codeOf(late), 'token_expired');
    await tokenRefused(await withTimes(0, 901), 'lives too long');
    await tokenRefused(await withTimes(6, 600), 'issued in the future');
    await tokenRefused(await signed({ nbf: nowSeconds + 6 }), 'not yet valid');
    await tokenRefused(await signed({ exp: undefined }), 'no end');
  });

  test('AT-06: a token in the query or the body is no token, also with the right proof', async () => {
    const inQuery = `/api/me?access_token=${token}`;
    assert.equal((await browser.call(inQuery, { proof: await proof() })).status, 401);
    const claims = { htm: 'POST', htu: browser.url('/api/session/sign-out') };
    const form = await browser.call('/api/session/sign-out', {
      body: { access_token: token },
      proof: await proof({ claims }),
    });
    assert.equal(form.status, 401);
    assert.equal((await me(await proof())).status, 200, 'nobody was signed out');
  });

  test('a token of an operator that does not exist is refused', async () => {
    await tokenRefused(await signed({ sub: 'opr_nobody' }), 'unknown operator');
  });

  test('AT-08: no protected answer and no refusal is stored by caches, on any route', async () => {
    for (const answer of [await me(await proof()), await me(undefined)]) {
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    }
    let answered = 0;
    for (const name of Object.keys(routes)) {
      const [method = '', template = ''] = name.split(' ');
      if (method !== 'GET' || !template.startsWith('/api/')) continue;
      const answer = await browser.call(template.replaceAll(/\{\w+\}/g, 'x_1'), { token });
      assert.equal(answer.headers.get('cache-control'), 'no-store', name);
      if (answer.status === 200) answered += 1;
    }
    assert.ok(answered >= 10, `${answered} routes answered`);
  });

  async function verifyingKey(): Promise<CryptoKey> {
    const file = JSON.parse(readFileSync(path.join(at.dataDir, 'identity-keys.json'), 'utf8'));
    const { d: _private, ...publicJwk } = file.signing[0].jwk;
    const key = await importJWK(publicJwk, 'EdDSA', { extractable: true });
    assert.ok(!(key instanceof Uint8Array));
    return key;
  }
});

describe('proofs', () => {
  test('a right proof is accepted, and the answer carries a nonce', async () => {
    const answer = await me(await proof());
    assert.equal(answer.status, 200);
    assert.ok(answer.headers.get('dpop-nonce'));
  });

  test('DP-01, DP-02: a token without proof, or as Bearer, is refused', async () => {
    await proofRefused(undefined, 'no proof');
    const bearer = await me(await proof(), { authorization: `Bearer ${token}` });
    assert.equal(bearer.status, 401);
    assert.match(bearer.headers.get('www-authenticate') ?? '', /^DPoP algs="ES256"/);
    assert.equal((await me(await proof(), { authorization: undefined })).status, 401);
  });

  test("DP-03: a thief's own key is refused", async () => {
    const own = await generateKeyPair('ES256', { extractable: true });
    const header = { jwk: await exportJWK(own.publicKey) };
    await proofRefused(await proof({ key: own.privateKey, header }), 'own key');
    await proofRefused(await proof({ key: own.privateKey }), 'own signature under the right key');
  });

  test('DP-04: a proof works once, also when sent twenty times at once', async () => {
    const once = await proof();
    assert.equal((await me(once)).status, 200);
    await proofRefused(once, 'again');
    const many = await proof();
    const answers = await Promise.all(Array.from({ length: 20 }, () => me(many)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  test('DP-05: method and URL must be these; case, default port, query and fragment do not matter', async () => {
    const urls = [
      browser.url('/api/alerts'),
      'http://localhost:3001/api/me',
      'http://127.0.0.1:3000/api/me',
      'https://localhost:3000/api/me',
      'http://user@localhost:3000/api/me',
      'http://localhost:3000/api/me/',
      '/api/me',
      '',
    ];
    for (const htu of urls) await proofRefused(await proof({ claims: { htu } }), htu);
    for (const htm of ['POST', 'get', '']) await proofRefused(await proof({ claims: { htm } }), htm);
    for (const htu of ['HTTP://LOCALHOST:3000/api/me', 'http://localhost:3000/api/me?x=1#y']) {
      assert.equal((await me(await proof({ claims: { htu } }))).status, 200, htu);
    }
  });

  test('DP-06: the proof must name this token', async () => {
    const hex = createHash('sha256').update(token).digest('hex');
    for (const ath of [undefined, athOf('another'), hex, '']) {
      await proofRefused(await proof({ claims: { ath } }), String(ath));
    }
  });

  test('DP-07: proofs made in advance are of no use after their nonce, whatever time they claim', async () => {
    const later = Math.floor(at.clock.now() / 1000) + 300;
    const hoard = await Promise.all(Array.from({ length: 20 }, () => proof({ claims: { iat: later } })));
    assert.equal((await me(hoard[0])).status, 200);
    at.clock.advance(89_000);
    assert.equal((await me(hoard[1])).status, 200);
    at.clock.advance(31_000);
    for (const early of hoard.slice(2)) await proofRefused(early, 'late', 'use_dpop_nonce');
  });

  test('DP-08: no nonce, an invented one and one from before a restart are answered with a fresh one', async () => {
    const restarted = await at.restart();
    const [other] = [restarted.identity.currentNonce()];
    for (const nonce of [undefined, '', 'A'.repeat(30), other, `${at.identity.currentNonce()}A`]) {
      const answer = await me(await proof({ claims: { nonce } }));
      assert.match(answer.headers.get('www-authenticate') ?? '', /error="use_dpop_nonce"/);
      assert.equal(answer.headers.get('dpop-nonce'), at.identity.currentNonce());
      assert.equal(await codeOf(answer), 'use_dpop_nonce', String(nonce));
    }
  });

  test('DP-09: another type or algorithm is no proof', async () => {
    for (const typ of ['JWT', 'at+jwt', 'DPOP+JWT', undefined]) {
      await proofRefused(await proof({ header: { typ } }), String(typ));
    }
    const secret = createSecretKey(Buffer.alloc(32, 7));
    const oct = { alg: 'HS256', jwk: { kty: 'oct', k: text('x'.repeat(32)) } };
    await proofRefused(await proof({ header: oct, key: secret }), 'HS256');
    const [, body] = (await proof()).split('.');
    const jwk = await exportJWK(browser.keys.publicKey);
    await proofRefused(`${text({ typ: 'dpop+jwt', alg: 'none', jwk })}.${body}.`, 'none');
  });

  test('DP-10: private members, points off the curve and other curves are refused, not an error of ours', async () => {
    const jwk = await exportJWK(browser.keys.publicKey);
    const { x = '' } = jwk;
    const keys: (JWK | string | undefined)[] = [
      { ...jwk, d: x },
      { ...jwk, k: 'AAAA' },
      { ...jwk, y: x },
      { ...jwk, x: 'A'.repeat(43), y: 'A'.repeat(43) },
      { ...jwk, x: 'AA' },
      { ...jwk, crv: 'P-521' },
      { kty: 'OKP', crv: 'Ed25519', x },
      'not a key',
      undefined,
    ];
    for (const key of keys) await proofRefused(await proof({ header: { jwk: key } }), JSON.stringify(key));
  });

  test('DP-11: two proofs, joined proofs and two authorizations are refused', async () => {
    const request = async (headers: [string, string][]) => {
      const answer = await at.fetch(new Request(browser.url('/api/me'), { headers }));
      return answer.status;
    };
    const own: [string, string] = ['authorization', `DPoP ${token}`];
    assert.equal(await request([own, ['dpop', await proof()]]), 200);
    assert.equal(await request([own, ['dpop', await proof()], ['dpop', await proof()]]), 401);
    assert.equal(await request([own, ['dpop', `${await proof()},${await proof()}`]]), 401);
    const bearer: [string, string] = ['authorization', `Bearer ${token}`];
    assert.equal(await request([own, bearer, ['dpop', await proof()]]), 401);
    assert.equal(await request([bearer, own, ['dpop', await proof()]]), 401);
  });

  test('DP-11: doubled header lines on a real connection are seen, not silently dropped', async () => {
    const server = createServer(getRequestListener(at.fetch, { overrideGlobalObjects: false }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const statusOf = (lines: string[]) =>
      new Promise<string>((resolve, reject) => {
        const socket = connectTcp(port, '127.0.0.1');
        const head = ['GET /api/me HTTP/1.1', 'Host: localhost:3000', 'Connection: close', ...lines];
        let answer = '';
        socket.on('data', (chunk) => {
          answer += chunk;
        });
        socket.on('end', () => resolve(answer.slice(9, 12)));
        socket.on('error', reject);
        socket.write(`${head.join('\r\n')}\r\n\r\n`);
      });
    const own = `Authorization: DPoP ${token}`;
    const fresh = async () => `DPoP: ${await proof()}`;
    assert.equal(await statusOf([own, await fresh()]), '200');
    assert.equal(await statusOf([own, await fresh(), await fresh()]), '401');
    assert.equal(await statusOf([own, 'Authorization: Bearer x', await fresh()]), '401');
    assert.equal(await statusOf(['Authorization: Bearer x', own, await fresh()]), '401');
    await new Promise((resolve) => server.close(resolve));
  });

  test('DP-12: a jti of ten thousand characters or of another type is refused', async () => {
    for (const jti of ['x'.repeat(10_000), 'x'.repeat(257), '', 7, undefined]) {
      await proofRefused(await proof({ claims: { jti } }), String(jti).slice(0, 20));
    }
  });

  test('DP-12: proofs that are wrong in anything are not remembered, however many', async () => {
    const replays = createReplayCache({ entriesMax: 100_000, quotaMax: 100_000, clock: at.clock });
    const nonces = createDpopNonces({ clock: at.clock });
    const verify = createProofVerifier({ publicOrigin: at.publicUrl.origin, nonces });
    const jkt = parts(token)[1].cnf.jkt;
    const expected = { method: 'GET', path: '/api/me', token: { text: token, jkt }, quotaKey: 'q' };
    const stranger = await generateKeyPair('ES256', { extractable: true });
    const header = { jwk: await exportJWK(stranger.publicKey) };
    const nonce = nonces.current();
    for (let time = 0; time < 100; time++) {
      const wrong = [
        await proof({ key: stranger.privateKey, header, claims: { nonce } }),
        await proof({ key: stranger.privateKey, claims: { nonce } }),
        await proof({ claims: { nonce, ath: athOf('another') } }),
        await proof({ claims: { nonce, htu: browser.url('/api/live') } }),
        await proof({ claims: { nonce: 'made up' } }),
      ];
      for (const text of wrong) assert.notEqual((await verify(text, expected, replays)).kind, 'valid');
    }
    assert.equal(replays.size(), 0);
    assert.equal((await verify(await proof({ claims: { nonce } }), expected, replays)).kind, 'valid');
    assert.equal(replays.size(), 1);
  });

  test('DP-13: forwarding headers do not change which URL a proof is for', async () => {
    const evil = await proof({ claims: { htu: 'http://evil.example/api/me' } });
    const headers = {
      'x-forwarded-host': 'evil.example',
      host: 'evil.example',
      forwarded: 'host=evil.example',
    };
    assert.equal((await me(evil, headers)).status, 401);
    assert.equal((await me(await proof(), headers)).status, 200);
  });

  test('SE-02: cookies open no protected route', async () => {
    assert.equal((await me(await proof(), { authorization: undefined })).status, 401);
  });
});

describe('sockets', () => {
  const socketProof = (claims: Record<string, unknown> = {}) =>
    proof({ claims: { htu: browser.url('/socket.io/'), ...claims } });
  const connect = (dpop: string) => at.identity.authenticateSocket({ token, dpop }, '127.0.0.1');

  test('WS-02: a handshake needs token and proof for the socket URL, and works once', async () => {
    const dpop = await socketProof();
    const principal = await connect(dpop);
    assert.match(principal.operatorId, /^opr_/);
    assert.equal(principal.name, 'Ada');
    await assert.rejects(connect(dpop), { code: 'invalid_dpop_proof' });
    await assert.rejects(connect(await proof()), { code: 'invalid_dpop_proof' });
    await assert.rejects(connect(''), { code: 'invalid_dpop_proof' });
    await assert.rejects(connect(await socketProof({ nonce: 'x' })), { code: 'use_dpop_nonce' });
    const forged = { token: `${token}x`, dpop: await socketProof() };
    await assert.rejects(at.identity.authenticateSocket(forged, ''), { code: 'unauthenticated' });
  });

  test('WS-07: a renewal needs the nonce of this socket, and the same session and key', async () => {
    const principal = await connect(await socketProof());
    const nonce = at.identity.createSocketNonce();
    const renew = async (proofNonce: string, current = principal) =>
      at.identity.renewSocket(current, { token, dpop: await socketProof({ nonce: proofNonce }), nonce }, '');
    assert.equal((await renew(nonce)).familyId, principal.familyId);
    await assert.rejects(renew(at.identity.currentNonce()), { code: 'use_dpop_nonce' });
    await assert.rejects(renew(nonce, { ...principal, familyId: 'fam_other' }), { code: 'forbidden' });
    await assert.rejects(renew(nonce, { ...principal, operatorId: 'opr_other' }), { code: 'forbidden' });
  });

  test('WS-04, WS-07: an event after the end of the token or after a revocation is refused', async () => {
    const principal = await connect(await socketProof());
    at.identity.checkSocketEvent(principal);
    assert.throws(() => at.identity.checkSocketEvent({ ...principal, expiresAt: at.clock.now() }), {
      code: 'token_expired',
    });
    const cut: string[] = [];
    const stop = at.identity.onSessionEnded(({ subject }) => cut.push(subject));
    const by = { actor: principal.operatorId, address: '127.0.0.1' };
    await at.identity.revokeTokens({ kind: 'token', subject: principal.tokenId }, by);
    stop();
    assert.deepEqual(cut, [principal.tokenId]);
    assert.throws(() => at.identity.checkSocketEvent(principal), { code: 'token_revoked' });
  });
});
