/** An operator's own access: passkeys added, named, confirmed with and removed, and the way back in without any. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import {
  launchBrowser,
  pageWithAuthenticators,
  setUpOperator,
  startTidegate,
  type Tidegate,
  watchErrors,
} from './fixture.ts';

type Authenticators = Awaited<ReturnType<typeof pageWithAuthenticators>>['authenticators'];

describe('devices', { timeout: 240_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let page: Page;
  let authenticators: Authenticators;
  let securityKey: string;
  let errors: string[];
  let codes: string[];

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    await context.addInitScript(recordSignals);
    ({ page, authenticators } = await pageWithAuthenticators(context));
    page.setDefaultTimeout(15_000);
    await setUpOperator(page, tidegate);
    errors = watchErrors(page);
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('heading', { name: 'Your passkeys' }).waitFor();
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  test('the only passkey cannot be removed, and the page says why a second one is wise', async () => {
    await page.getByText('This is your only passkey.').waitFor();
    const row = page.getByRole('region', { name: 'Your passkeys' }).getByRole('listitem');
    await row.getByText('Opened this session').waitFor();
    assert.ok(await row.getByRole('button', { name: /^Remove / }).isDisabled());
  });

  test('a device that holds a passkey already is not given another', async () => {
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
    await dialog.getByRole('button', { name: 'Create a passkey' }).click();
    await dialog.getByText('This device already has a passkey of yours').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('a second one is added under its name, and can be called otherwise', async () => {
    securityKey = await authenticators.add('usb');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Blue key');
    await page.getByRole('button', { name: 'Create a passkey' }).click();
    await page.getByText('“Blue key” is added').waitFor();
    await page.getByText('This is your only passkey.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Rename Blue key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Safe, second drawer');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await rowOf(page, 'Safe, second drawer').getByText('no live session').waitFor();
    await page.reload();
    await rowOf(page, 'Safe, second drawer').waitFor();
  });

  test('the browser hears which passkeys are left, and under which name', async () => {
    const heard = await page.evaluate(() => Reflect.get(window, 'heardSignals'));
    const accepted = heard.findLast(({ kind }: { kind: string }) => kind === 'accepted');
    assert.equal(accepted.options.rpId, 'localhost');
    assert.equal(accepted.options.allAcceptedCredentialIds.length, 2);
    const details = heard.findLast(({ kind }: { kind: string }) => kind === 'details');
    assert.equal(details.options.displayName, 'Mara Lindqvist');
  });

  test('long after the sign-in, making recovery codes asks for the passkey; cancelled, nothing is made', async () => {
    await page.goto('about:blank');
    await tidegate.ageSignIns();
    await page.goto(`${tidegate.url}/devices`);
    await page.getByRole('button', { name: 'Make 10 codes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
    await dialog.getByText('Make new recovery codes').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Not made: It was not confirmed with a passkey.').waitFor();
    assert.equal(await page.getByRole('region', { name: 'The new codes' }).count(), 0);
  });

  test('confirmed, they are made at once, shown once, and copied as they are', async () => {
    await page.getByRole('button', { name: 'Make 10 codes' }).click();
    await page.getByRole('button', { name: 'Use your passkey' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    const shown = page.getByRole('region', { name: 'The new codes' });
    await shown.getByRole('button', { name: 'Copy' }).click();
    codes = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
    assert.equal(new Set(codes).size, 10);
    await shown.getByRole('button', { name: 'I have stored them' }).click();
    await page.getByText('10 unused').waitFor();
    const [code = ''] = codes;
    assert.ok(!(await page.content()).includes(code));
  });

  test('what was confirmed counts for that alone: adding a passkey asks again', async () => {
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'Create a passkey' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
    await dialog.getByText('Add a passkey to your account').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Add a passkey' }).getByText('It was not confirmed').waitFor();
    await page.keyboard.press('Escape');
  });

  test('a removed passkey takes the sessions that it opened with it, on their open page', async () => {
    const context = await browser.newContext();
    await context.addInitScript(recordSignals);
    const lost = await pageWithAuthenticators(context);
    const [credential] = await authenticators.credentials(securityKey);
    assert.ok(credential);
    await lost.authenticators.put(lost.authenticators.first, credential);
    await lost.page.goto(`${tidegate.url}/users`);
    // The virtual authenticator says yes to the browser's autofill, which asks as soon as the page is there.
    await lost.page.getByRole('button', { name: /^Live\W+pause/ }).waitFor();

    await authenticators.use(authenticators.first);
    await page.reload();
    await page.getByRole('button', { name: 'Remove Safe, second drawer' }).click();
    await page.getByRole('dialog').getByText('It opened 1 session: cut off at once.').waitFor();
    await page.getByRole('button', { name: 'Remove 1 passkey, end 1 session' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
    await dialog.getByText('Remove the passkey “Safe, second drawer”').waitFor();
    await dialog.getByRole('button', { name: 'Use your passkey' }).click();
    await rowOf(page, 'Safe, second drawer').waitFor({ state: 'detached' });
    await lost.page.waitForURL(/\/sign-in/);
    // Signing in with it once more is refused, and whoever keeps the passkey hears that it is good for nothing.
    await lost.page.waitForFunction(() =>
      Reflect.get(window, 'heardSignals').some(({ kind }: { kind: string }) => kind === 'unknown'),
    );
    await context.close();
  });

  test('all of it is told to the owner of the account', async () => {
    const notices = page.getByRole('region', { name: 'Your account' });
    await notices.getByText('Passkey “Blue key” was added.').waitFor();
    await notices.getByText('New recovery codes were made').waitFor();
    await notices.getByText('A passkey was removed.').waitFor();
  });

  test('a recovery code lets one make a new passkey, once, and nothing else', async () => {
    const [code = ''] = codes;
    const stranger = await pageWithAuthenticators(await browser.newContext());
    await stranger.page.goto(`${tidegate.url}/sign-in`);
    await stranger.page.getByRole('link', { name: 'Get back in' }).click();
    await stranger.page.getByLabel('Recovery code').fill(code.toLowerCase().replaceAll('-', ' '));
    await stranger.page.getByRole('button', { name: 'Use this code' }).click();
    await stranger.page.getByRole('heading', { name: 'Welcome back, Mara Lindqvist' }).waitFor();
    await stranger.page.getByRole('button', { name: 'Create a passkey' }).click();
    await stranger.page.waitForURL(/\/devices$/);
    await stranger.page.getByText('9 unused').waitFor();
    await stranger.page.getByText('A recovery of your account was begun.').waitFor();

    const again = await pageWithAuthenticators(await browser.newContext());
    await again.page.goto(`${tidegate.url}/recover`);
    await again.page.getByLabel('Recovery code').fill(code);
    await again.page.getByRole('button', { name: 'Use this code' }).click();
    await again.page.getByText('This code is not valid, or was used already.').waitFor();
    await again.page.context().close();
    await stranger.page.context().close();
  });

  test('a passkey of which a copy may exist confirms nothing any more, and the page says why', async () => {
    const copy = await pageWithAuthenticators(await browser.newContext());
    const [credential] = await authenticators.credentials(authenticators.first);
    assert.ok(credential);
    await copy.authenticators.put(copy.authenticators.first, { ...credential, signCount: 1_000 });
    await copy.page.goto(`${tidegate.url}/devices`);
    await copy.page.getByText('9 unused').waitFor();
    await copy.page.context().close();
    await page.getByText('9 unused').waitFor();
    await page.getByRole('button', { name: 'Make 10 new codes' }).click();
    await page.getByRole('button', { name: 'Make 10 codes, void 9' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
    await dialog.getByRole('button', { name: 'Use your passkey' }).click();
    await dialog.getByText('This passkey could not be verified.').waitFor();
    await page.reload();
    await rowOf(page, 'Passkey').getByText('A copy of it may exist').waitFor();
    await page.getByRole('region', { name: 'Your account' }).getByText('may have been copied').waitFor();
  });

  test('nothing of this made the console complain', () => {
    assert.deepEqual(errors, []);
  });
});

function rowOf(page: Page, name: string) {
  return page.getByRole('region', { name: 'Your passkeys' }).getByRole('listitem').filter({ hasText: name });
}

/** Runs in the page: a virtual authenticator does not say what it heard. */
function recordSignals(): void {
  if (typeof PublicKeyCredential === 'undefined') return;
  const heard: object[] = [];
  Reflect.set(window, 'heardSignals', heard);
  const record = (kind: string) => async (options: object) => void heard.push({ kind, options });
  Object.assign(PublicKeyCredential, {
    signalAllAcceptedCredentials: record('accepted'),
    signalCurrentUserDetails: record('details'),
    signalUnknownCredential: record('unknown'),
  });
}
