/** What the console does when something is wrong: no server, hostile names, a page that fails, a link that is used. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import {
  event,
  floodUntil,
  launchBrowser,
  pageWithPasskey,
  quietHour,
  setUpOperator,
  startTidegate,
  type Tidegate,
} from './fixture.ts';

describe('in hard times', { timeout: 240_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    context = await browser.newContext();
    page = await pageWithPasskey(context);
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  test('a setup link of the wrong form says so before a name is asked for', async () => {
    await page.goto(`${tidegate.url}/setup#token=abc`);
    await page.getByRole('heading', { name: 'This link is not complete' }).waitFor({ timeout: 10_000 });
    assert.equal(await page.getByLabel('Your name').count(), 0);
  });

  test('a used setup link says that it was used, and leads to sign-in', async () => {
    await setUpOperator(page, tidegate);
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(tidegate.setupLink);
    await stranger
      .getByRole('heading', { name: 'This link was used or has expired' })
      .waitFor({ timeout: 10_000 });
    assert.equal(await stranger.getByText('You are the first operator').count(), 0);
    await stranger.getByRole('link', { name: 'Sign in' }).click();
    await stranger.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    await stranger.context().close();
  });

  test('when traffic stops, the rate falls to zero within seconds and the chart moves on', async () => {
    await tidegate.send([event('u-calm', Date.now())]);
    await page.goto(`${tidegate.url}/`);
    const tile = page.getByText('Requests / s').locator('xpath=..');
    await tile.waitFor();
    await page.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    await tidegate.send(Array.from({ length: 50 }, () => event('u-calm', Date.now())));
    await tile.getByText(/^[1-9]/).waitFor({ timeout: 10_000 });
    await tile.getByText(/^0$/).waitFor({ timeout: 15_000 });
  });

  test('a name that is no text opens pages like any other', async () => {
    await page.route('**/api/users?*', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replaceAll('"u-calm"', '"u-\\ud800"');
      await route.fulfill({ response: answer, body });
    });
    await page.goto(`${tidegate.url}/users`);
    await page.locator('a[href="/users/u-%EF%BF%BD"]').first().waitFor({ timeout: 10_000 });
    await page.unroute('**/api/users?*');
  });

  test('a page that fails leaves the console standing, and can be tried again', async () => {
    await page.route('**/api/users?*', (route) => route.fulfill({ json: { items: [null], total: 1 } }));
    await page.goto(`${tidegate.url}/users`);
    await page.getByRole('heading', { name: 'This page failed' }).waitFor({ timeout: 10_000 });
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: 'Endpoints' }).click();
    await page.getByRole('heading', { name: 'Endpoints' }).first().waitFor({ timeout: 10_000 });
    await pages.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('heading', { name: 'This page failed' }).waitFor({ timeout: 10_000 });
    await page.unroute('**/api/users?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row').filter({ hasText: 'u-calm' }).first().waitFor({ timeout: 10_000 });
  });

  test('the question before a lift can be read, and promises what the engine does', async () => {
    await quietHour(tidegate, 'u-flood');
    await page.goto(`${tidegate.url}/throttles`);
    const row = page.getByRole('row').filter({ hasText: 'u-flood' }).first();
    await floodUntil(tidegate, 'u-flood', () => row.waitFor({ timeout: 20_000 }));
    await row.getByRole('button', { name: /^Lift the throttle of u-flood/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Lift this throttle?' });
    const text = dialog.getByText('not throttle it again for one hour');
    await text.waitFor({ timeout: 10_000 });
    const { whiteSpace, textAlign } = await text.evaluate((element) => getComputedStyle(element));
    assert.equal(whiteSpace, 'normal');
    assert.equal(textAlign, 'left');
    await page.keyboard.press('Escape');
  });

  test('while the server is away links lead nowhere worse, and lead on when it is back', async () => {
    await page.goto(`${tidegate.url}/alerts?status=all`);
    await page.getByRole('row').filter({ hasText: 'u-flood' }).first().waitFor();
    await page.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder(/Search users/).waitFor();
    await page.keyboard.press('Escape');
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await tidegate.pause();
    await page.getByText('Pages open again when Tidegate is back.').waitFor({ timeout: 10_000 });
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: 'Throttles' }).click();
    await page
      .getByText('Tidegate does not answer, so this page stays.')
      .first()
      .waitFor({ timeout: 10_000 });
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Endpoints');
    await page.keyboard.press('Enter');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByText('and 2 more messages').waitFor({ timeout: 5_000 });
    const shown = await page.getByText('Tidegate does not answer').filter({ visible: true }).count();
    assert.equal(shown, 1);
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.equal(new URL(page.url()).pathname, '/alerts');
    assert.ok(await page.getByRole('row').filter({ hasText: 'u-flood' }).first().isVisible());
    await tidegate.resume();
    await page.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    await pages.getByRole('link', { name: 'Throttles' }).click();
    await page.waitForURL(/\/throttles/);
    await page.getByRole('heading', { name: 'Throttles' }).first().waitFor();
    assert.ok(await page.evaluate(() => Object.hasOwn(window, 'sameDocument')));
  });
});
