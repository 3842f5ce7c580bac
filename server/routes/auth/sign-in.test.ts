import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  assertion,
  BrowserDouble,
  codeOf,
  newAuthenticator,
  tokenOf,
} from '../../../test/fixtures/browser-double.ts';
import { HandmadePasskey, type Lies } from '../../../test/fixtures/handmade-passkey.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';

const finishPath = '/api/sign-in/finish';
let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

interface World {
  at: Installation;
  browser: BrowserDouble;
  passkey: HandmadePasskey;
}

/** An installation whose one operator holds a passkey that can lie. */
async function installed(lies: Lies = {}): Promise<World> {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const passkey = new HandmadePasskey(at.publicUrl.origin);
  assert.equal((await setUpWith({ at, browser, passkey }, lies)).status, 200);
  return { at, browser, passkey };
}

async function setUpWith({ at, browser, passkey }: World, lies: Lies): Promise<Response> {
  const token = tokenOf((await at.identity.createSetupLink()) ?? '');
  const begun = await browser.begin('/api/setup/begin', { token, name: 'Ada' });
  const body = { ceremonyId: begun.ceremonyId, response: passkey.register(begun, lies) };
  return browser.call('/api/setup/finish', { body });
}

async function signInWith({ browser, passkey }: World, lies: Lies = {}): Promise<Response> {
  const begun = await browser.begin('/api/sign-in/begin');
  const body = { ceremonyId: begun.ceremonyId, response: passkey.assert(begun, lies) };
  return browser.call(finishPath, { body });
}

async function sessionCount(): Promise<number> {
  const rows = await database.db.execute('select count(*)::int as n from token_families');
  return Number(rows.rows[0]?.n);
}

async function storedCredential(): Promise<Record<string, unknown>> {
  const rows = await database.db.execute('select * from credentials');
  return rows.rows[0] ?? {};
}

describe('the challenge', () => {
  test('WA-01: one answer signs in once: in parallel, again, and after five minutes', async () => {
    const { at, browser, passkey } = await installed();
    const begun = await browser.begin('/api/sign-in/begin');
    const body = { ceremonyId: begun.ceremonyId, response: passkey.assert(begun) };
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const send = () => browser.call(finishPath, { body, headers: { cookie } });
    const answers = await Promise.all(Array.from({ length: 10 }, send));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...new Array<number>(9).fill(401)]);
    assert.equal((await send()).status, 401);

    const late = await browser.begin('/api/sign-in/begin');
    at.clock.advance(5 * 60_000);
    browser.nonce = undefined;
    const lateBody = { ceremonyId: late.ceremonyId, response: passkey.assert(late) };
    assert.equal(await codeOf(await browser.call(finishPath, { body: lateBody })), 'ceremony_failed');
  });

  test('WA-01: a failed answer uses the challenge up as well', async () => {
    const { browser, passkey } = await installed();
    const begun = await browser.begin('/api/sign-in/begin');
    const send = (lies: Lies) =>
      browser.call(finishPath, {
        body: { ceremonyId: begun.ceremonyId, response: passkey.assert(begun, lies) },
      });
    assert.equal((await send({ breakSignature: true })).status, 401);
    assert.equal((await send({})).status, 401);
  });

  test('WA-02: another key or another cookie cannot finish what this browser began', async () => {
    const { at, browser, passkey } = await installed();
    const thief = await BrowserDouble.open(at);
    const begun = await browser.begin('/api/sign-in/begin');
    const body = { ceremonyId: begun.ceremonyId, response: passkey.assert(begun) };
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    assert.equal(await codeOf(await thief.call(finishPath, { body })), 'ceremony_failed');

    const second = await browser.begin('/api/sign-in/begin');
    const secondBody = { ceremonyId: second.ceremonyId, response: passkey.assert(second) };
    for (const headers of [{ cookie: undefined }, { cookie: `__Host-Http-cer=${'A'.repeat(43)}` }]) {
      const answer = await browser.call(finishPath, { body: secondBody, headers });
      assert.equal(await codeOf(answer), 'ceremony_failed');
    }
    assert.equal(await sessionCount(), 1);
  });

  test('WA-03: a registration is no sign-in, and its challenge opens none', async () => {
    const world = await installed();
    assert.equal((await signInWith(world, { type: 'webauthn.create' })).status, 401);
    const at = await installEmpty(database);
    const browser = await BrowserDouble.open(at);
    const passkey = new HandmadePasskey(at.publicUrl.origin);
    const token = tokenOf((await at.identity.createSetupLink()) ?? '');
    const open = await browser.begin('/api/setup/begin', { token, name: 'Ada' });
    const begun = await browser.begin('/api/setup/begin', { token, name: 'Ada' });
    const cookie = `__Host-Http-cer=${browser.cookies.get('__Host-Http-cer')}`;
    const made = { ceremonyId: begun.ceremonyId, response: passkey.register(begun) };
    assert.equal((await browser.call('/api/setup/finish', { body: made })).status, 200);
    const body = { ceremonyId: open.ceremonyId, response: passkey.assert(open) };
    const answer = await browser.call(finishPath, { body, headers: { cookie } });
    assert.equal(await codeOf(answer), 'ceremony_failed');
    assert.equal(await sessionCount(), 1);
  });
});

describe('what an answer claims', () => {
  const refused: [string, Lies][] = [
    ['WA-04: another port', { origin: 'http://localhost:3001' }],
    ['WA-04: another host', { origin: 'https://evil.localhost' }],
    ['WA-04: a trailing dot', { origin: 'http://localhost.:3000' }],
    ['WA-05: a cross-origin frame', { clientData: { crossOrigin: true } }],
    ['WA-05: a frame by another word', { clientData: { crossOrigin: 'true' } }],
    ['WA-05: a top origin', { clientData: { crossOrigin: true, topOrigin: 'http://localhost:3000' } }],
    ['WA-05: a top origin alone', { clientData: { topOrigin: 'http://localhost:3000' } }],
    ['WA-06: another relying party', { rpId: 'evil.example' }],
    ['WA-07: no user presence', { userPresent: false }],
    ['WA-07: no user verification', { userVerified: false }],
    ['WA-08: a broken signature', { breakSignature: true }],
    ['WA-03: another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['WA-12: backed up though not eligible', { backedUp: true }],
    ['WA-12: eligible although it was not', { backupEligible: true }],
  ];
  for (const [name, lies] of refused) {
    test(`${name} is refused at sign-in, and nothing is stored`, async () => {
      const world = await installed();
      const before = await storedCredential();
      const answer = await signInWith(world, lies);
      assert.equal(answer.status, 401);
      assert.equal(await codeOf(answer), 'ceremony_failed');
      assert.deepEqual(await storedCredential(), before);
      assert.equal(await sessionCount(), 1);
    });
  }

  const refusedAtSetup: [string, Lies][] = [
    ['WA-05: a cross-origin frame', { clientData: { crossOrigin: true } }],
    ['WA-05: a top origin', { clientData: { topOrigin: 'http://localhost:3000' } }],
    ['WA-06: another relying party', { rpId: 'evil.example' }],
    ['WA-07: no user verification', { userVerified: false }],
    ['WA-15: an algorithm that was not offered', { alg: -65535 }],
    ['WA-15: an algorithm that is not for this kind of key', { alg: -257 }],
    ['WA-15: a key that nobody could sign with', { offCurve: true }],
    ['WA-12: backed up though not eligible', { backedUp: true }],
    ['WA-03: an assertion', { type: 'webauthn.get' }],
  ];
  for (const [name, lies] of refusedAtSetup) {
    test(`${name} is refused at registration`, async () => {
      const at = await installEmpty(database);
      const browser = await BrowserDouble.open(at);
      const world = { at, browser, passkey: new HandmadePasskey(at.publicUrl.origin) };
      assert.equal(await codeOf(await setUpWith(world, lies)), 'ceremony_failed');
      assert.equal(await sessionCount(), 0);
    });
  }

  test('WA-09: the user handle must be there and name the owner of the passkey', async () => {
    const world = await installed();
    for (const userHandle of [undefined, '', 'c29tZW9uZSBlbHNl']) {
      assert.equal((await signInWith(world, { userHandle })).status, 401, String(userHandle));
    }
    assert.equal((await signInWith(world)).status, 200);
  });

  test('WA-12: backup state may change where the passkey is eligible, and is stored', async () => {
    const world = await installed({ backupEligible: true });
    assert.equal((await signInWith(world, { backupEligible: true, backedUp: true })).status, 200);
    assert.equal((await storedCredential()).backed_up, true);
    assert.equal((await signInWith(world, { backupEligible: false })).status, 401);
  });

  test('WA-14: truncated, deeply nested and huge attestations are refused, never an error of ours', async () => {
    const at = await installEmpty(database);
    const world = {
      at,
      browser: await BrowserDouble.open(at),
      passkey: new HandmadePasskey(at.publicUrl.origin),
    };
    const nested = Buffer.alloc(20_000, 0x81);
    const bombs = [
      Buffer.from('a363666d74', 'hex'),
      nested,
      Buffer.from('9b7fffffffffffffff', 'hex'),
      Buffer.alloc(1),
    ];
    for (const attestationObject of bombs) {
      const answer = await setUpWith(world, { attestationObject });
      assert.equal(await codeOf(answer), 'ceremony_failed', attestationObject.subarray(0, 9).toString('hex'));
    }
    const huge = await setUpWith(world, { attestationObject: Buffer.alloc(2_000_000) });
    assert.equal(huge.status, 413);
    world.passkey.id = Buffer.alloc(1_024, 7);
    assert.equal(await codeOf(await setUpWith(world, {})), 'ceremony_failed');
  });
});

describe('counters', () => {
  test('WA-11: a counter that runs backwards is refused, flagged and audited; zero always works', async () => {
    const world = await installed();
    for (let time = 0; time < 3; time++) assert.equal((await signInWith(world)).status, 200);
    assert.equal((await signInWith(world, { counter: 7 })).status, 200);
    assert.equal((await signInWith(world, { counter: 7 })).status, 401);
    assert.equal((await signInWith(world, { counter: 0 })).status, 401);
    assert.equal(Number((await storedCredential()).counter), 7);
    assert.notEqual((await storedCredential()).clone_suspected_at, null);
    const rows = (await world.at.audit()).filter(({ action }) => action === 'credential.clone_suspected');
    assert.equal(rows.length, 2);
    assert.deepEqual(JSON.parse(rows[0]?.detail ?? ''), { storedCounter: 7, counter: 7 });
    assert.equal((await signInWith(world, { counter: 8 })).status, 200);
  });

  test('WA-11: a forged signature with a low counter raises no alarm', async () => {
    const world = await installed();
    await signInWith(world, { counter: 7 });
    assert.equal((await signInWith(world, { counter: 1, breakSignature: true })).status, 401);
    assert.equal((await storedCredential()).clone_suspected_at, null);
  });

  test('an authenticator of others signs in three times, its counter growing', async () => {
    const at = await installEmpty(database);
    const browser = await BrowserDouble.open(at);
    const authenticator = newAuthenticator();
    await browser.setUp((await at.identity.createSetupLink()) ?? '', authenticator);
    for (let time = 1; time <= 3; time++) {
      await browser.signIn(authenticator);
      assert.equal(Number((await storedCredential()).counter), time);
    }
  });
});

describe('strangers', () => {
  test('WA-10: begin is the same for everyone; an unknown passkey and a bad signature look alike', async () => {
    const world = await installed();
    const begun = await world.browser.begin('/api/sign-in/begin');
    const { challenge, ...rest } = begun.options;
    assert.equal(Buffer.from(String(challenge), 'base64url').length >= 16, true);
    assert.deepEqual(rest, {
      rpId: 'localhost',
      timeout: 60_000,
      allowCredentials: [],
      userVerification: 'required',
    });

    const unknown = new HandmadePasskey(world.at.publicUrl.origin);
    unknown.userHandle = world.passkey.userHandle;
    const bodies = await Promise.all(
      [
        await signInWith({ ...world, passkey: unknown }),
        await signInWith(world, { breakSignature: true }),
      ].map(async (answer) => {
        const { requestId: _own, ...body } = await answer.json();
        return { status: answer.status, body, cookies: answer.headers.getSetCookie() };
      }),
    );
    assert.deepEqual(bodies[0], bodies[1]);
  });

  test('WA-10: an unknown passkey costs as many signature checks as a known one, so time tells nothing', async (t) => {
    const world = await installed();
    const verify = t.mock.method(crypto.subtle, 'verify');
    const checksOf = async (passkey: HandmadePasskey) => {
      const begun = await world.browser.begin('/api/sign-in/begin');
      const response = passkey.assert(begun, { breakSignature: true });
      const before = verify.mock.callCount();
      await world.browser.call(finishPath, { body: { ceremonyId: begun.ceremonyId, response } });
      return verify.mock.callCount() - before;
    };
    const unknown = new HandmadePasskey(world.at.publicUrl.origin);
    unknown.userHandle = world.passkey.userHandle;
    const checks = await checksOf(world.passkey);
    assert.equal(checks, 2, 'the proof and the passkey');
    assert.equal(await checksOf(unknown), checks);
  });

  test('RC-01: after sixty failures an address is limited; others and running sessions are not', async () => {
    const world = await installed();
    const { at, browser } = world;
    const statuses = new Map<number, number>();
    for (let time = 0; time < 70; time++) {
      const answer = await browser.call(finishPath, {
        body: { ceremonyId: `cer_${'A'.repeat(22)}`, response: {} },
      });
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
    assert.deepEqual(
      [...statuses],
      [
        [401, 60],
        [429, 10],
      ],
    );
    const limited = await browser.call('/api/sign-in/begin', { body: {} });
    assert.equal(limited.status, 429);
    assert.match(limited.headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal((await browser.refresh()).status, 200, 'a session of the same address goes on');
    const elsewhere = await BrowserDouble.open(at, '198.51.100.7');
    assert.equal((await signInWith({ ...world, browser: elsewhere })).status, 200);
    at.clock.advance(60_000);
    assert.equal((await signInWith(world)).status, 200);
  });

  test('AU-01: failures are audited at once, then counted by address and minute', async () => {
    const world = await installed();
    for (let time = 0; time < 9; time++) await signInWith(world, { breakSignature: true });
    const rows = (await world.at.audit()).filter(({ action }) => action === 'ceremony.failed');
    const details = rows.map(({ address, detail }) => ({ address, ...JSON.parse(detail) }));
    assert.deepEqual(details, [
      { address: '127.0.0.1', reason: 'sign_in.passkey', count: 1 },
      { address: '127.0.0.1', reason: 'sign_in.passkey', count: 8 },
    ]);
  });

  test('WA-16: there is no other way in', async () => {
    const { browser } = await installed();
    for (const path of ['/login', '/api/login', '/auth/dev', '/api/auth/dev', '/api/sign-in', '/api/token']) {
      const answer = await browser.call(path, { body: { user: 'admin', password: 'admin' } });
      assert.ok(answer.status === 404 || answer.status === 401, `${path} ${answer.status}`);
    }
  });

  test('a begin from another origin, as a form or without a proof gets no challenge', async () => {
    const { at, browser } = await installed();
    const path = '/api/sign-in/begin';
    assert.equal((await browser.call(path, { body: {}, headers: { origin: 'null' } })).status, 403);
    assert.equal(
      (await browser.call(path, { body: {}, headers: { 'content-type': 'text/plain' } })).status,
      415,
    );
    assert.equal((await browser.call(path, { body: {}, proof: undefined })).status, 401);
    assert.equal((await browser.call(path)).status, 405);
    const emptyHanded = await BrowserDouble.open(at);
    const first = await emptyHanded.call(path, { body: {}, retry: false });
    assert.equal(await codeOf(first), 'use_dpop_nonce');
    assert.match(first.headers.get('www-authenticate') ?? '', /^DPoP error="use_dpop_nonce"/);
  });

  test('WA-01: two tabs of one browser can both have a ceremony open', async () => {
    const at = await installEmpty(database);
    const browser = await BrowserDouble.open(at);
    const authenticator = newAuthenticator();
    await browser.setUp((await at.identity.createSetupLink()) ?? '', authenticator);
    const first = await browser.begin('/api/sign-in/begin');
    await browser.begin('/api/sign-in/begin');
    const response = assertion(authenticator, at.publicUrl.origin, first);
    const answer = await browser.call(finishPath, { body: { ceremonyId: first.ceremonyId, response } });
    assert.equal(answer.status, 200);
  });
});
