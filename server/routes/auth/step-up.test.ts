import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import {
  type Authenticator,
  assertion,
  BrowserDouble,
  codeOf,
  grantOf,
  newAuthenticator,
  tokenOf,
} from '../../../test/fixtures/browser-double.ts';
import { HandmadePasskey, type Lies } from '../../../test/fixtures/handmade-passkey.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';

const finishPath = '/api/auth/step-up/finish';
const minuteMs = 60_000;

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

interface SignedIn {
  at: Installation;
  browser: BrowserDouble;
  authenticator: Authenticator;
  token: string;
}

async function signedIn(): Promise<SignedIn> {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const authenticator = newAuthenticator();
  const link = (await at.identity.createSetupLink()) ?? '';
  await browser.setUp(link, authenticator);
  return { at, browser, authenticator, ...(await aged({ at, browser })) };
}

/** Signed in with a passkey that lies on demand and whose counter stays zero. */
async function withoutCounter() {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const passkey = new HandmadePasskey(at.publicUrl.origin);
  const link = (await at.identity.createSetupLink()) ?? '';
  const begun = await browser.begin('/api/setup/begin', { token: tokenOf(link), name: 'Ada' });
  const body = { ceremonyId: begun.ceremonyId, response: passkey.register(begun) };
  const { accessToken: token } = await grantOf(await browser.call('/api/setup/finish', { body }));
  return { at, browser, passkey, token };
}

/** The same session, signed in to more than five minutes ago. */
async function aged({ at, browser }: Pick<SignedIn, 'at' | 'browser'>): Promise<{ token: string }> {
  at.clock.advance(6 * minuteMs);
  browser.nonce = undefined;
  return { token: (await grantOf(await browser.refresh())).accessToken };
}

async function addBegin({ browser }: SignedIn, token: string): Promise<Response> {
  return browser.call('/api/devices/begin', { body: {}, token });
}

/** Guard: `fresh-passkey` in server/policies/built-in/base.cedar. */
test('AZ-09, DV-01: five minutes after the passkey was used, a dangerous call asks for it again, and names what for', async () => {
  const session = await signedIn();
  const refused = await addBegin(session, session.token);
  assert.equal(refused.status, 401);
  const challenge = refused.headers.get('www-authenticate') ?? '';
  assert.match(challenge, /^DPoP error="insufficient_user_authentication".*, max_age=300\b/);
  const { code, operation, maxAgeSeconds } = await refused.json();
  assert.deepEqual(
    { code, operation, maxAgeSeconds },
    { code: 'step_up_required', operation: 'device.add', maxAgeSeconds: 300 },
  );
  const fresh = await session.browser.stepUp(session.authenticator, session.token, operation);
  assert.equal((await addBegin(session, fresh)).status, 200);
});

test('a step-up gives a token with a fresh auth_time and the same session; it works for everything else too', async () => {
  const { at, browser, authenticator, token } = await signedIn();
  const fresh = await browser.stepUp(authenticator, token, 'device.add');
  const [before, now] = [decodeJwt(token), decodeJwt(fresh)];
  assert.equal(now.auth_time, Math.floor(at.clock.now() / 1000));
  assert.ok(Number(before.auth_time) < Number(now.auth_time));
  assert.equal(now.fam, before.fam);
  assert.notEqual(now.jti, before.jti);
  assert.equal((await browser.call('/api/me', { token: fresh })).status, 200);
});

/** Guard: `counts` in lib/identity/confirmation.ts. */
test('AZ-09: what was confirmed for one operation opens no other', async () => {
  const session = await signedIn();
  const { browser, authenticator, token } = session;
  for (const operation of ['device.remove dev_1', 'device.add dev_1', 'recovery.create_codes']) {
    const other = await browser.stepUp(authenticator, token, operation);
    assert.equal(await codeOf(await addBegin(session, other)), 'step_up_required', operation);
  }
});

test('AZ-09: a confirmation is as fresh as its passkey, and a refresh does not renew it', async () => {
  const session = await signedIn();
  const { at, browser, authenticator, token } = session;
  const fresh = await browser.stepUp(authenticator, token, 'device.add');
  at.clock.advance(5 * minuteMs + 1_000);
  browser.nonce = undefined;
  assert.equal(await codeOf(await addBegin(session, fresh)), 'step_up_required');
  const refreshed = await grantOf(await browser.refresh());
  assert.equal(await codeOf(await addBegin(session, refreshed.accessToken)), 'step_up_required');
});

describe('the ceremony of a step-up', () => {
  /** Guard: `take` in server/identity/ceremonies.ts removes before it looks. The passkey has no counter to help. */
  test('WA-01: its challenge is good once, in five minutes, whatever comes of it', async () => {
    const { at, browser, passkey, token } = await withoutCounter();
    const begun = await browser.begin('/api/auth/step-up/begin', { operation: 'device.add' }, token);
    const body = { ceremonyId: begun.ceremonyId, response: passkey.assert(begun) };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => browser.call(finishPath, { body, token })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...new Array<number>(9).fill(401)]);

    const late = await browser.begin('/api/auth/step-up/begin', { operation: 'device.add' }, token);
    at.clock.advance(5 * minuteMs);
    browser.nonce = undefined;
    const lateBody = { ceremonyId: late.ceremonyId, response: passkey.assert(late) };
    assert.equal(await codeOf(await browser.call(finishPath, { body: lateBody, token })), 'ceremony_failed');
  });

  /** Guard: `sessionBinding` in server/identity/step-up.ts. */
  test('WA-02: another session cannot finish what this one began', async () => {
    const { at, browser, authenticator, token } = await signedIn();
    const other = await BrowserDouble.open(at);
    const { accessToken } = await other.signIn(authenticator);
    const begun = await browser.begin('/api/auth/step-up/begin', { operation: 'device.add' }, token);
    const response = assertion(authenticator, at.publicUrl.origin, begun);
    const body = { ceremonyId: begun.ceremonyId, response };
    const answer = await other.call(finishPath, { body, token: accessToken });
    assert.equal(await codeOf(answer), 'ceremony_failed');
  });

  /** Guards: the binding and the type, of which each alone is enough. */
  test('WA-03: challenges of sign-in and step-up are not interchangeable', async () => {
    const { at, browser, authenticator, token } = await signedIn();
    const origin = at.publicUrl.origin;
    const stepUp = await browser.begin('/api/auth/step-up/begin', { operation: 'device.add' }, token);
    const asSignIn = { ceremonyId: stepUp.ceremonyId, response: assertion(authenticator, origin, stepUp) };
    assert.equal(
      await codeOf(await browser.call('/api/sign-in/finish', { body: asSignIn })),
      'ceremony_failed',
    );
    const signIn = await browser.begin('/api/sign-in/begin');
    const asStepUp = { ceremonyId: signIn.ceremonyId, response: assertion(authenticator, origin, signIn) };
    assert.equal(await codeOf(await browser.call(finishPath, { body: asStepUp, token })), 'ceremony_failed');
  });

  /** Guard: `isOfType` in server/identity/ceremonies.ts; here nothing else tells the two apart. */
  test('WA-03: an answer that is right in itself finishes no ceremony of another kind', async () => {
    const { browser, passkey, token } = await withoutCounter();
    const stepUp = await browser.begin('/api/auth/step-up/begin', { operation: 'device.add' }, token);
    const thief = new HandmadePasskey(browser.installation.publicUrl.origin);
    const attested = thief.register({ ...stepUp, options: { ...stepUp.options, user: { id: 'AQID' } } });
    const asDevice = { ceremonyId: stepUp.ceremonyId, response: attested };
    const added = await browser.call('/api/devices/finish', { body: asDevice, token });
    assert.equal(await codeOf(added), 'ceremony_failed');
    const adding = await browser.begin('/api/devices/begin', {}, token);
    const asStepUp = { ceremonyId: adding.ceremonyId, response: passkey.assert(adding) };
    const confirmed = await browser.call(finishPath, { body: asStepUp, token });
    assert.equal(await codeOf(confirmed), 'ceremony_failed');
  });

  /** Guards: `requireUserVerification` and the checks of server/identity/webauthn.ts. */
  const refused: [string, Lies][] = [
    ['WA-07: no user verification', { userVerified: false }],
    ['WA-07: no user presence', { userPresent: false }],
    ['WA-05: a cross-origin frame', { clientData: { crossOrigin: true } }],
    ['WA-04: another port', { origin: 'http://localhost:3001' }],
    ['WA-06: another relying party', { rpId: 'evil.example' }],
    ['WA-08: a broken signature', { breakSignature: true }],
    ['WA-12: eligible although it was not', { backupEligible: true }],
    ['WA-09: the user handle of somebody else', { userHandle: 'c29tZW9uZSBlbHNl' }],
    ['WA-03: a registration', { type: 'webauthn.create' }],
  ];
  test('WA-03 to WA-12: a false answer is refused, and no operation is confirmed', async () => {
    const { at, browser, passkey, token: accessToken } = await withoutCounter();
    for (const [name, lies] of [...refused, ['the truth', {}] as [string, Lies]]) {
      const open = await browser.begin('/api/auth/step-up/begin', { operation: 'device.add' }, accessToken);
      const body = { ceremonyId: open.ceremonyId, response: passkey.assert(open, lies) };
      const answer = await browser.call(finishPath, { body, token: accessToken });
      assert.equal(answer.status, name === 'the truth' ? 200 : 401, name);
    }
    const failures = (await at.audit()).filter(({ action }) => action === 'ceremony.failed');
    assert.ok(failures.every(({ detail }) => JSON.parse(detail).reason.startsWith('step_up.')));
  });

  /** Guard: `other_operator` in server/identity/step-up.ts. */
  test('a passkey of somebody else confirms nothing', async () => {
    const { at, browser, token } = await signedIn();
    const stranger = new HandmadePasskey(at.publicUrl.origin);
    await database.db.execute(`insert into operators (id, name, user_handle, created_at) values
      ('opr_other', 'Grace', '\\x01020304', 1)`);
    const begun = await browser.begin('/api/auth/step-up/begin', { operation: 'device.add' }, token);
    const attested = stranger.register({ ...begun, options: { ...begun.options, user: { id: 'AQIDBA' } } });
    await moveToOther(attested);
    const body = { ceremonyId: begun.ceremonyId, response: stranger.assert(begun) };
    const answer = await browser.call(finishPath, { body, token });
    assert.equal(await codeOf(answer), 'ceremony_failed');
    const rows = await at.audit();
    assert.ok(rows.some(({ detail }) => JSON.parse(detail).reason === 'step_up.other_operator'));
  });

  async function moveToOther(attested: {
    id: string;
    response: { attestationObject: string };
  }): Promise<void> {
    const { decodeAttestationObject, parseAuthenticatorData } = await import(
      '@simplewebauthn/server/helpers'
    );
    const object = decodeAttestationObject(Buffer.from(attested.response.attestationObject, 'base64url'));
    const { credentialPublicKey } = parseAuthenticatorData(object.get('authData'));
    const key = Buffer.from(credentialPublicKey ?? []).toString('hex');
    await database.db.execute(`insert into credentials
      (id, operator_id, public_key, counter, transports, backup_eligible, backed_up, aaguid, rp_id, name, created_at)
      values ('${attested.id}', 'opr_other', '\\x${key}', 0, '{}', false, false, '', 'localhost', 'Key', 1)`);
  }
});

test('RT-10, SE-02: a step-up needs the token, the origin and JSON', async () => {
  const { browser, token } = await signedIn();
  const path = '/api/auth/step-up/begin';
  const body = { operation: 'device.add' };
  assert.equal((await browser.call(path, { body })).status, 401);
  const foreign = { origin: 'http://localhost:3001' };
  assert.equal((await browser.call(path, { body, token, headers: foreign })).status, 403);
  const form = { 'content-type': 'text/plain' };
  assert.equal((await browser.call(path, { body, token, headers: form })).status, 415);
  for (const operation of ['', 'x', 'device.add\n', 'a.b c d', `a.b ${'x'.repeat(300)}`]) {
    assert.equal((await browser.call(path, { body: { operation }, token })).status, 400, operation);
  }
});

test('AU-01: a step-up leaves one entry: who, what was confirmed, and with which device', async () => {
  const { at, browser, authenticator, token } = await signedIn();
  await browser.stepUp(authenticator, token, 'device.add');
  const rows = (await at.audit()).filter(({ action }) => action === 'session.stepped_up');
  assert.equal(rows.length, 1);
  const { operation, deviceId } = JSON.parse(rows[0]?.detail ?? '');
  assert.equal(operation, 'device.add');
  assert.match(deviceId, /^dev_/);
});

/** Guard: `answeredAt` in server/policies/standing.ts. */
test('a session that an alert asked for its passkey goes on with the tokens after it, and never with those before', async () => {
  const { at, browser, authenticator, token } = await signedIn();
  at.standing.challenge(String(decodeJwt(token).fam), at.clock.now());
  const ask = async (accessToken: string) =>
    (await browser.call('/api/invites', { token: accessToken })).status;
  assert.equal(await ask(token), 401);
  at.clock.advance(1_000);
  const before = (await grantOf(await browser.refresh())).accessToken;
  assert.equal(await ask(before), 401, 'a refresh is no passkey');
  at.clock.advance(1_000);
  const fresh = await browser.stepUp(authenticator, token, 'invite.read');
  assert.equal(await ask(fresh), 200);
  assert.equal(await ask((await grantOf(await browser.refresh())).accessToken), 200);
  assert.equal(await ask(before), 401, 'who held an older token may be the other one');
});
