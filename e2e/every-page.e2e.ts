/** Every page, in both themes and both widths: no accessibility fault, no sideways scroll, all by keyboard. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { event, floodUntil, quietHour, startSignedIn, type Tidegate } from './fixture.ts';

declare global {
  interface Window {
    /** How far the page has ever reached beyond the screen since it began to load, CSS pixels. */
    widestPx?: number;
  }
}

const endpoint = encodeURIComponent('GET /v1/orders/{id}');

/** Path, and what stands there once its data has come. */
const views: [path: string, landmark: string][] = [
  ['/', 'Traffic against its expected band'],
  ['/alerts?status=all', 'Alerts'],
  ['/users', 'Users'],
  ['/users/u-flood', 'u-flood'],
  ['/endpoints', 'Endpoints'],
  [`/endpoints/${endpoint}`, 'GET /v1/orders/{id}'],
  ['/throttles', 'Throttles'],
  ['/tokens', 'Tokens'],
  ['/clients', 'Clients and keys'],
  ['/clients?tab=people', 'Clients and keys'],
  ['/clients?tab=keys', 'Clients and keys'],
  ['/clients/new', 'New client'],
  ['/devices', 'Devices'],
  ['/operators', 'Operators'],
  ['/operators?tab=invites', 'Operators'],
  ['/policies', 'Policies'],
  ['/policies?tab=versions', 'Policies'],
  ['/policies?tab=reference', 'Policies'],
  ['/audit', 'Audit'],
  ['/settings', 'Settings'],
];

/** For those who are not signed in: path, and the button that leads on. */
const publicViews: [path: string, button: string][] = [
  ['/sign-in', 'Sign in with a passkey'],
  ['/recover', 'Use this code'],
  ['/recover#token=of-a-link', 'Use this link'],
  ['/invite#token=of-a-link', 'Go on'],
];

describe('every page', { timeout: 420_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let page: Page;
  let stop: () => Promise<void>;

  before(async () => {
    ({ tidegate, browser, page, stop } = await startSignedIn({ reducedMotion: 'reduce' }));
    await tidegate.send([event('u-calm', Date.now())]);
    await quietHour(tidegate, 'u-flood');
    await page.goto(`${tidegate.url}/alerts`);
    const row = page.getByRole('row').filter({ hasText: 'u-flood' }).first();
    await floodUntil(tidegate, 'u-flood', () => row.waitFor({ timeout: 20_000 }));
  });

  after(() => stop?.());

  for (const [path, landmark] of views) {
    test(`${path} has no accessibility fault in either theme`, async () => {
      await open(path, landmark);
      await assertAccessible(page);
    });
  }

  test('an alert has no accessibility fault in either theme', async () => {
    await openAlert();
    await assertAccessible(page);
  });

  test('a session has no accessibility fault in either theme, beside the list and on its own page', async () => {
    await open('/tokens', 'Tokens');
    await page.getByRole('row').nth(1).locator('time').first().click();
    await page.getByRole('complementary', { name: 'The open session' }).getByText('Issued').waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Open the whole page of this session' }).click();
    await page.getByRole('region', { name: 'What happened to its tokens' }).getByText('Issued').waitFor();
    await assertAccessible(page);
  });

  test('an operator has no accessibility fault in either theme', async () => {
    await openOperator();
    await assertAccessible(page);
  });

  test('an audit entry has no accessibility fault in either theme', async () => {
    await open('/audit', 'Audit');
    const row = page.getByRole('row').filter({ hasText: 'set Tidegate up' });
    await row.getByRole('gridcell').first().click();
    await page.getByRole('complementary', { name: 'The open entry' }).waitFor();
    await assertAccessible(page);
  });

  for (const [path, button] of publicViews) {
    test(`${path} has no accessibility fault in either theme, and fits a phone`, async () => {
      const context = await browser.newContext({ reducedMotion: 'reduce' });
      const stranger = await context.newPage();
      await stranger.goto(tidegate.url + path);
      await stranger.getByRole('button', { name: button }).waitFor();
      await assertAccessible(stranger);
      await stranger.setViewportSize({ width: 390, height: 844 });
      assert.equal(await sidewaysPx(stranger), 0);
      await context.close();
    });
  }

  test('no page scrolls sideways on a phone, at no moment of its loading', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.addInitScript(() => {
      const look = () => {
        const beyond = document.documentElement
          ? document.documentElement.scrollWidth - window.innerWidth
          : 0;
        window.widestPx = Math.max(window.widestPx ?? 0, beyond);
        requestAnimationFrame(look);
      };
      look();
    });
    const wide: string[] = [];
    for (const [path, landmark] of views) {
      await open(path, landmark);
      const beyond = await page.evaluate(() => window.widestPx ?? 0);
      if (beyond > 0) wide.push(`${path} by ${beyond} px`);
    }
    await openOperator();
    if ((await sidewaysPx(page)) > 0) wide.push('an operator');
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(wide, []);
  });

  test('the chosen theme is drawn by the server on the next load', async () => {
    await open('/', 'Live');
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click();
    const html = await (await page.request.get(`${tidegate.url}/sign-in`)).text();
    assert.match(html, /data-theme="dark"/);
  });

  test('the keyboard leads from any page to an alert and back', async () => {
    await open('/users', 'Users');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL(/\/alerts/);
    await page.getByRole('row').filter({ hasText: 'u-flood' }).first().waitFor();
    await page.keyboard.press('j');
    await page.locator('[role="row"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/open=alr_/);
    await page.getByRole('complementary', { name: 'The open alert' }).getByText('Why').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('open'));
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page
      .getByPlaceholder(/Search users/)
      .and(page.locator(':focus'))
      .waitFor();
    await page.keyboard.type('u-flo');
    await page
      .getByRole('option', { name: /u-flood/ })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/users\/u-flood/);
  });

  test('p stops the screen and says since when', async () => {
    await open('/', 'Live');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: /^Paused at .*resume live updates/ }).waitFor();
    await page.keyboard.press('p');
    await page.getByRole('button', { name: /^Live\W+pause live updates/ }).waitFor();
  });

  async function open(path: string, landmark: string): Promise<void> {
    await page.goto(tidegate.url + path);
    await page.getByRole('heading', { name: landmark }).first().waitFor();
    await page.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  }

  async function openOperator(): Promise<void> {
    await open('/operators', 'Operators');
    await page.getByRole('link', { name: 'Mara Lindqvist' }).click();
    await page.getByRole('heading', { name: 'Rights' }).waitFor();
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  }

  async function openAlert(): Promise<void> {
    await open('/alerts?status=all', 'Alerts');
    await page.getByRole('row').filter({ hasText: 'u-flood' }).first().click();
    await page.getByRole('link', { name: 'Open the whole page of this alert' }).click();
    await page.waitForURL(/\/alerts\/alr_/);
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  }
});

async function sidewaysPx(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
}

async function assertAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // A colour on its way from one theme to the other is nobody's to judge.
    await page.waitForFunction(() =>
      document.getAnimations().every(({ playState }) => playState === 'finished'),
    );
    const { violations } = await new AxeBuilder({ page }).analyze();
    const faults = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    assert.deepEqual(faults, [], colorScheme);
  }
}
