import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AuthenticatorEmulator, WebAuthnEmulator } from 'nid-webauthn-emulator';
import { BrowserDouble, codeOf, grantOf } from '../../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

async function signedIn(): Promise<{ at: Installation; browser: BrowserDouble; token: string }> {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const link = (await at.identity.createSetupLink()) ?? '';
  const { accessToken } = await browser.setUp(link, new WebAuthnEmulator(new AuthenticatorEmulator()));
  return { at, browser, token: accessToken };
}

describe('a session', () => {
  test('lasts from setup link to sign-out', async () => {
    const { browser, token } = await signedIn();
    const me = await browser.call('/api/me', { token });
    assert.equal(me.status, 200);
    const renewed = await grantOf(await browser.refresh());
    const out = await browser.call('/api/session/sign-out', { body: {}, token: renewed.accessToken });
    assert.equal(out.status, 204);
    assert.equal((await browser.call('/api/me', { token })).status, 401);
    assert.equal(await codeOf(await browser.refresh()), 'unauthenticated');
  });
});
