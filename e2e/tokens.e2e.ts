/** Tokens: who holds them, what happened to them, and ending them everywhere with a passkey. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import {
  launchBrowser,
  pageWithAuthenticators,
  setUpOperator,
  startTidegate,
  type Tidegate,
  watchErrors,
} from './fixture.ts';

interface Client {
  id: string;
  secret: string;
}

describe('tokens', { timeout: 300_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  /** A second browser of the same operator, with a copy of the passkey. */
  let second: { context: BrowserContext; page: Page };
  let billing: Client;
  let api: Client;

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    const own = await pageWithAuthenticators(await browser.newContext());
    page = own.page;
    await setUpOperator(page, tidegate);
    errors = watchErrors(page);
    billing = await makeClient('Billing sync', 'Machine');
    await makeClient('Nightly export', 'Machine').then(tokenOf);
    api = await makeClient('Orders API', 'API');
    await tokenOf(billing);

    const context = await browser.newContext();
    // One sign-in, by the button: the autofill would take the passkey as well, and open a session of its own.
    await context.addInitScript(() => {
      PublicKeyCredential.isConditionalMediationAvailable = async () => false;
    });
    const other = await pageWithAuthenticators(context);
    const [passkey] = await own.authenticators.credentials(own.authenticators.first);
    assert.ok(passkey);
    second = { context, page: other.page };
    await other.page.goto(`${tidegate.url}/sign-in`);
    await other.authenticators.put(other.authenticators.first, passkey);
    await other.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await other.page.getByRole('heading', { name: 'Live', exact: true }).waitFor();
    await useUncounted(page);
    // From here on what is dangerous asks for the passkey, as it does on any day after the first five minutes.
    await Promise.all([page, other.page].map((each) => each.goto('about:blank')));
    await tidegate.ageSignIns();
    await page.goto(`${tidegate.url}/tokens`);
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  test('each session says who holds it, through what, from where, since when, and how alarming it is', async () => {
    await rowOf('this one').getByText('Mara Lindqvist').waitFor();
    const machine = rowOf('Billing sync');
    for (const text of ['none', '127.0.0.1', 'calm', 'Live']) await machine.getByText(text).first().waitFor();
    await page.getByText('4 sessions', { exact: true }).waitFor();
  });

  test('a filter is in the URL, outlives a reload, and is let go', async () => {
    await page.getByLabel('Held by').selectOption('Machines');
    await page.waitForURL(/holder=client/);
    await page.getByText('2 sessions', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('2 sessions', { exact: true }).waitFor();
    await rowOf('Billing sync').getByRole('button', { name: 'Billing sync' }).first().click();
    await page.getByRole('menuitem', { name: 'Show only this' }).click();
    await page.waitForURL(/client=cli_/);
    await page.getByText('1 session', { exact: true }).waitFor();
    await page.getByRole('button', { name: /show all again/ }).click();
    await page.getByText('2 sessions', { exact: true }).waitFor();
    await page.getByRole('searchbox').fill('nobody');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText('4 sessions', { exact: true }).waitFor();
  });

  test('the keyboard opens a session, and its timeline tells what happened to its tokens', async () => {
    await rowOf('this one').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/open=fam_/);
    const side = page.getByRole('complementary', { name: 'The open session' });
    await side.getByText('Issued').waitFor();
    await side.getByText(/^Rotated/).waitFor();
    await side.getByText(/Chrome \d+ on Linux/).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('open'));
  });

  test('without the passkey nothing is revoked', async () => {
    await openSecond();
    await page.getByRole('button', { name: /^Revoke the session/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke this session of Mara Lindqvist?' });
    await dialog.getByText('1 session ends, of 1 operator.').waitFor();
    await dialog.getByRole('button', { name: 'Revoke 1 session' }).click();
    const confirmation = page.getByRole('dialog', { name: 'Confirm it is you' });
    await confirmation.getByText('Revoke this session of Mara Lindqvist').waitFor();
    await confirmation.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Not done: It was not confirmed with a passkey.').waitFor();
    await page.keyboard.press('Escape');
    await second.page.reload();
    await second.page.getByRole('heading', { name: 'Users' }).waitFor();
  });

  test('a revoked session is cut from its live page in another browser', async () => {
    await second.page.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    await page.getByRole('button', { name: /^Revoke the session/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke 1 session' }).click();
    await confirmWithPasskey();
    await page.getByText('1 session revoked: their tokens are refused everywhere.').waitFor();
    // Nobody touches the other browser: its socket is cut, and with it the page.
    await second.page.waitForURL(/\/sign-in/);
    const side = page.getByRole('complementary', { name: 'The open session' });
    await side.getByText('Revoked: an operator revoked it').waitFor();
    await page.getByText('1 session', { exact: true }).waitFor();
  });

  test('one access token is refused everywhere, and its session goes on', async () => {
    const token = await tokenOf(billing);
    assert.equal(await isActive(token), true);
    const { jti } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    await page.goto(`${tidegate.url}/tokens`);
    await page.getByRole('button', { name: 'Revoke…' }).click();
    await page.getByRole('menuitem', { name: 'One token by its id' }).click();
    await page.getByLabel(/Id of the token/).fill(jti);
    await page.getByRole('button', { name: 'Go on' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke 1 access token?' });
    await dialog.getByText('Its session goes on').waitFor();
    await dialog.getByRole('button', { name: 'Revoke 1 token' }).click();
    await confirmWithPasskey();
    await page.getByText('The token is revoked').waitFor();
    assert.equal(await isActive(token), false);
    assert.equal(await isActive(await tokenOf(billing)), true);
  });

  test('who is left out is in no row, no total and no revocation, and comes back with one click', async () => {
    await page.goto(`${tidegate.url}/tokens?holder=client`);
    await rowOf('Billing sync').getByRole('button', { name: 'Billing sync' }).first().click();
    await page.getByRole('menuitem', { name: 'Leave this out' }).click();
    await page.waitForURL(/without=cli_/);
    await page.getByText('1 session', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Revoke this 1 session' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke every session that matches the filter?' });
    await dialog.getByText('1 session ends, through 1 client.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'not Billing sync' }).click();
    await rowOf('Billing sync').waitFor();
  });

  test('all that a filter matches is revoked at once, and nothing else', async () => {
    const token = await tokenOf(billing);
    await page.goto(`${tidegate.url}/tokens?holder=client`);
    await page.getByRole('button', { name: 'Revoke these 2 sessions' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke every session that matches the filter?' });
    await dialog.getByText('2 sessions end, through 2 clients.').waitFor();
    await dialog.getByRole('button', { name: 'Revoke 2 sessions' }).click();
    await confirmWithPasskey();
    await page.getByText('No live session matches').waitFor();
    assert.equal(await isActive(token), false);
    await page.goto(`${tidegate.url}/tokens`);
    await rowOf('this one').waitFor();
    await page.getByText('1 session', { exact: true }).waitFor();
    await page.goto(`${tidegate.url}/tokens?status=revoked`);
    for (const name of ['Billing sync', 'Nightly export']) await rowOf(name).getByText('Revoked').waitFor();
  });

  test('a session has a page of its own, and an unknown one says so', async () => {
    await rowOf('Billing sync').locator('time').first().click();
    await page.getByRole('link', { name: 'Open the whole page of this session' }).click();
    await page.getByRole('heading', { name: 'Session of Billing sync' }).waitFor();
    await page.getByRole('region', { name: 'What happened to its tokens' }).getByText('Issued').waitFor();
    await page.goto(`${tidegate.url}/tokens/fam_never`);
    await page.getByText('No such session').waitFor();
  });

  test('everything is revoked, the own session too, after that was said', async () => {
    await tokenOf(billing);
    await page.goto(`${tidegate.url}/tokens`);
    await page.getByText('2 sessions', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Revoke…' }).click();
    await page.getByRole('menuitem', { name: 'Everything, of everyone' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke everything?' });
    await dialog.getByText('you will be signed out').waitFor();
    await dialog.getByRole('button', { name: 'Revoke all 2 sessions' }).click();
    await confirmWithPasskey();
    await page.waitForURL(/\/sign-in/);
  });

  test('nothing of this made the console complain', () => {
    assert.deepEqual(errors, []);
  });

  function rowOf(text: string): Locator {
    return page.getByRole('row').filter({ hasText: text }).first();
  }

  /** The second browser on a live page, and its session open beside the list. */
  async function openSecond(): Promise<void> {
    await second.page.goto(`${tidegate.url}/users`);
    await second.page.getByRole('heading', { name: 'Users' }).waitFor();
    await page.goto(`${tidegate.url}/tokens?holder=operator`);
    const row = page
      .getByRole('row')
      .filter({ hasText: 'Mara Lindqvist' })
      .filter({ hasNotText: 'this one' });
    await row.locator('time').first().click();
    await page.waitForURL(/open=fam_/);
  }

  async function confirmWithPasskey(): Promise<void> {
    const confirmation = page.getByRole('dialog', { name: 'Confirm it is you' });
    await confirmation.getByRole('button', { name: 'Use your passkey' }).click();
    await confirmation.waitFor({ state: 'detached' });
  }

  async function makeClient(name: string, kind: string): Promise<Client> {
    await page.goto(`${tidegate.url}/clients/new`);
    await page.getByRole('textbox', { name: /^Name/ }).fill(name);
    await page.getByRole('radio', { name: new RegExp(`^${kind}`) }).check({ force: true });
    await page.getByLabel(/Its own address|APIs that its tokens are for/).fill('https://api.example.com');
    if (kind === 'Machine') await page.getByLabel(/without a proof of possession/).check();
    await page.getByRole('button', { name: 'Make the client' }).click();
    const figures = page.getByRole('region', { name: 'The new secret' }).getByRole('figure').locator('pre');
    const [secret = '', library = ''] = await figures
      .first()
      .waitFor()
      .then(() => figures.allTextContents());
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.waitForURL(/\/clients\/cli_/);
    return { id: /cli_[\w-]+/.exec(library)?.[0] ?? '', secret };
  }

  async function tokenOf(client: Client): Promise<string> {
    const answer = await asClient(client, '/oauth/token', { grant_type: 'client_credentials' });
    assert.equal(typeof answer.access_token, 'string', JSON.stringify(answer));
    return String(answer.access_token);
  }

  async function isActive(token: string): Promise<unknown> {
    return (await asClient(api, '/oauth/introspect', { token })).active;
  }

  async function asClient(client: Client, path: string, form: Record<string, string>) {
    const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
    const response = await fetch(tidegate.url + path, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(form),
    });
    const answer: Record<string, unknown> = Object(await response.json());
    return answer;
  }
});

/** The copy of the passkey has counted on; the original catches up, since one that falls behind looks like a clone. */
async function useUncounted(page: Page): Promise<void> {
  for (let times = 0; times < 3; times++) {
    await page.evaluate(async () => {
      const challenge = crypto.getRandomValues(new Uint8Array(32));
      await navigator.credentials.get({ publicKey: { challenge, userVerification: 'required' } });
    });
  }
}
