/** The session outlives what happens to browsers and servers: tabs, restarts, and a sign-out elsewhere. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import {
  event,
  launchBrowser,
  pageWithPasskey,
  setUpOperator,
  startTidegate,
  type Tidegate,
} from './fixture.ts';

describe('a session', { timeout: 180_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    context = await browser.newContext();
    page = await pageWithPasskey(context);
    await setUpOperator(page, tidegate);
    await tidegate.send([event('u-calm', Date.now())]);
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  test('RT-11: is shared by the tabs of a browser, however many open at once', async () => {
    const tabs = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
    await Promise.all(tabs.map((tab) => tab.goto(`${tidegate.url}/users`)));
    await Promise.all(
      tabs.map((tab) => tab.getByRole('row').filter({ hasText: 'u-calm' }).first().waitFor()),
    );
    await page.goto(`${tidegate.url}/users`);
    await page.getByRole('row').filter({ hasText: 'u-calm' }).first().waitFor();
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  test('SE-08: keeps nothing in the browser that could be stolen and used', async () => {
    const kept = await page.evaluate(() => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
    }));
    assert.doesNotMatch(JSON.stringify(kept), /eyJ|accessToken|refresh/);
    const exported = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const request = indexedDB.open('tidegate');
          request.onsuccess = () => {
            const read = request.result.transaction('keys').objectStore('keys').get('dpop');
            read.onsuccess = () =>
              crypto.subtle.exportKey('jwk', read.result.privateKey).then(
                () => resolve('exported'),
                (error: Error) => resolve(error.name),
              );
          };
        }),
    );
    assert.equal(exported, 'InvalidAccessError');
  });

  test('goes on after a restart of the server, and the page said since when it was cut off', async () => {
    await page.goto(`${tidegate.url}/users`);
    await page.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    await tidegate.pause();
    await page.getByText(/Live updates paused since \d\d:\d\d:\d\d, reconnecting/).waitFor();
    assert.ok(await page.getByRole('row').filter({ hasText: 'u-calm' }).first().isVisible());
    await tidegate.resume();
    await page.getByRole('button', { name: /^Live\W+pause/ }).waitFor();
    await page.getByText('Live updates paused since').waitFor({ state: 'detached' });
  });

  test('ends in every tab when one signs out', async () => {
    const other = await context.newPage();
    await other.goto(`${tidegate.url}/users`);
    await other.getByRole('row').filter({ hasText: 'u-calm' }).first().waitFor();
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await Promise.all([page, other].map((tab) => tab.waitForURL(/\/sign-in/)));
  });
});
