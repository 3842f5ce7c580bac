/** What a page says before anything is clicked: the sentence, the normal beside the number, and what can be done. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { floodUntil, quietHour, startSignedIn, type Tidegate } from './fixture.ts';

const lists = ['/alerts?status=all', '/users', '/endpoints', '/throttles', '/tokens', '/audit', '/operators'];

describe('reading the console', { timeout: 240_000 }, () => {
  let tidegate: Tidegate;
  let page: Page;
  let stop: () => Promise<void>;

  before(async () => {
    ({ tidegate, page, stop } = await startSignedIn({ reducedMotion: 'reduce' }));
    await quietHour(tidegate, 'u-flood');
    await page.goto(`${tidegate.url}/alerts`);
    await floodUntil(tidegate, 'u-flood', () => row().waitFor({ timeout: 20_000 }));
  });

  after(() => stop?.());

  test('Live says in a sentence who is held back, and leads to the alerts', async () => {
    await page.goto(tidegate.url);
    await page.getByText(/Tidegate holds back u-flood/).waitFor();
    await page.getByRole('link', { name: /^Answer \d+ open alerts?$/ }).click();
    await page.waitForURL(/\/alerts/);
  });

  for (const [width, height] of [
    [1440, 900],
    [1280, 720],
    [390, 844],
  ] as const) {
    test(`a list fills a window ${width} wide: one scrollbar, the last row and every column in sight`, async () => {
      await page.setViewportSize({ width, height });
      const faults: string[] = [];
      for (const path of lists) {
        await page.goto(tidegate.url + path);
        await page.locator('[role="row"][data-index]').first().waitFor();
        const { beyond, hidden, beside } = await page.evaluate(() => {
          const [list, pages] = ['[data-fill]', 'nav[aria-label="Pages"]'].map((selector) =>
            document.querySelector(selector)?.getBoundingClientRect(),
          );
          const grid = document.querySelector('[role="grid"]');
          // On a wide screen the pages stand at the side, from the top on.
          const floor = pages === undefined || pages.top === 0 ? innerHeight : pages.top;
          return {
            beyond: document.documentElement.scrollHeight - innerHeight,
            hidden: (list?.bottom ?? 0) - floor,
            beside: (grid?.scrollWidth ?? 0) - (grid?.parentElement?.clientWidth ?? 0),
          };
        });
        if (beyond > 0 || hidden > 0) faults.push(`${path}: ${beyond} px beyond, ${hidden} px hidden`);
        if (beside > 0) faults.push(`${path}: columns go on for ${beside} px`);
      }
      await page.setViewportSize({ width: 1440, height: 900 });
      assert.deepEqual(faults, []);
    });
  }

  test('the chart of an endpoint has its normal, and marks the alert', async () => {
    await page.goto(`${tidegate.url}/endpoints/${encodeURIComponent('GET /v1/orders/{id}')}`);
    await page.getByRole('heading', { name: 'All users together' }).waitFor();
    await page.locator('.recharts-surface').first().waitFor();
    await page.keyboard.press('t');
    const numbers = page.getByRole('region', { name: 'The numbers of the chart' });
    await numbers
      .getByRole('row')
      .filter({ hasText: /[1-9]$/ })
      .first()
      .waitFor();
    const newest = await numbers.getByRole('row').nth(1).innerText();
    assert.doesNotMatch(newest, /not known/);
  });

  test('an alert says what another tolerance would have made of it', async () => {
    await page.goto(`${tidegate.url}/alerts?status=all`);
    await row().click();
    await page.getByRole('link', { name: 'Open the whole page of this alert' }).click();
    const panel = page.getByRole('region', { name: 'At another tolerance' });
    await panel.getByText('Found as well').first().waitFor();
    await panel.getByText('(2×)').waitFor();
  });

  test('an alert that does not exist is an answer with a way on, not a failure', async () => {
    await page.goto(`${tidegate.url}/alerts/alr_doesnotexist`);
    await page.getByText('No such alert').waitFor();
    await page.getByRole('link', { name: 'Show all alerts' }).click();
    await row().waitFor();
  });

  test('who is left out is in no row and no total, and comes back with one click', async () => {
    await page.goto(`${tidegate.url}/users`);
    await page.getByRole('button', { name: 'Filter by or copy u-flood' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Leave this out' }).click();
    await page.getByText('Every user is left out').waitFor();
    await page.getByText('0 users', { exact: true }).waitFor();
    await page.waitForURL(/without=u-flood/);
    await page.getByRole('button', { name: 'Show all users' }).click();
    await row().waitFor();
  });

  test('alerts that cannot be loaded go on saying so while others are opened', async () => {
    const refused = { status: 500, contentType: 'application/problem+json', body: '{"code":"internal"}' };
    await page.route('**/api/alerts?*', (route) => route.fulfill(refused));
    await page.goto(`${tidegate.url}/alerts`);
    await floodUntil(tidegate, 'u-flood', async () => {
      await page.getByText(/^Loading alerts failed at/).waitFor();
      // A second of alerts that change: each used to put the skeleton back.
      const asked = page.waitForRequest('**/api/alerts?*', { timeout: 2_000 }).catch(() => undefined);
      assert.equal(await asked, undefined);
    });
    await page.getByText(/^Loading alerts failed at/).waitFor();
    await page.unroute('**/api/alerts?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await row().waitFor();
  });

  test('a list that never came goes on saying so, until it is tried again', async () => {
    const refused = { status: 500, contentType: 'application/problem+json', body: '{"code":"internal"}' };
    await page.route('**/api/users?*', (route) => route.fulfill(refused));
    await page.goto(`${tidegate.url}/users`);
    await page.getByText(/^Loading users failed at/).waitFor();
    // It used to be asked for again after five seconds, behind a skeleton.
    const asked = page.waitForRequest('**/api/users?*', { timeout: 7_000 }).catch(() => undefined);
    assert.equal(await asked, undefined);
    await page.unroute('**/api/users?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await row().waitFor();
  });

  const row = () => page.getByRole('row').filter({ hasText: 'u-flood' }).first();
});
