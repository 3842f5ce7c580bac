/** The session outlives what happens to browsers and servers: tabs, restarts, and a sign-out elsewhere. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import {
  event,
  launchBrowser,
  pageWithPasskey,
  setUpOperator,
  startSignedIn,
  startTidegate,
  type Tidegate,
} from './fixture.ts';

describe('a session', { timeout: 180_000 }, () => {
  let tidegate: Tidegate;
  let context: BrowserContext;
  let page: Page;
  let stop: () => Promise<void>;

  before(async () => {
    ({ tidegate, page, stop } = await startSignedIn());
    context = page.context();
    await tidegate.send([event('u-calm', Date.now())]);
  });

  after(() => stop?.());

  test('is shared by the tabs of a browser, however many open at once', async () => {
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

/** Their clocks are ahead of the server's, so that an access token's life need not be waited for. */
describe('the refresh of a session', { timeout: 180_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let context: BrowserContext;

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    context = await browser.newContext();
    // Not further ahead than a token lives: 13 minutes, and 105 seconds.
    await context.clock.install();
    const first = await pageWithPasskey(context);
    await setUpOperator(first, tidegate);
    await first.close();
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  const refreshUrl = '**/api/session/refresh';
  const isRefresh = (request: { url(): string }) => request.url().endsWith('/api/session/refresh');
  const liveTab = async () => {
    const tab = await context.newPage();
    await tab.goto(tidegate.url);
    await tab.getByRole('heading', { name: 'Live', exact: true }).waitFor();
    return tab;
  };

  test('RT-11: five tabs refresh once, and a tab that is closed in the middle of it is no theft', async () => {
    // A grant is told by a message, which may well arrive after the lock was given on.
    await context.addInitScript(() => {
      const { postMessage } = BroadcastChannel.prototype;
      BroadcastChannel.prototype.postMessage = function later(message: unknown) {
        setTimeout(() => postMessage.call(this, message), 100);
      };
    });
    const tabs: Page[] = [];
    for (let opened = 0; opened < 5; opened++) tabs.push(await liveTab());
    const holding = (locks: { held: number; pending: number }) =>
      tabs[0]?.waitForFunction(async (expected) => {
        const { held = [], pending = [] } = await navigator.locks.query();
        return held.length === expected.held && pending.length === expected.pending;
      }, locks);
    const statuses: number[] = [];
    context.on('response', (answer) => {
      if (isRefresh(answer)) statuses.push(answer.status());
    });
    // The answer waits until every clock has moved: a tab that had its grant before would find it old at once.
    const allMoved = Promise.withResolvers<void>();
    await context.route(refreshUrl, (route) => allMoved.promise.then(() => route.continue()));
    const refreshed = context.waitForEvent('response', isRefresh);
    // Past the moment at which every tab refreshes by itself, at 80 % of a quarter of an hour.
    await context.clock.fastForward(13 * 60_000);
    await holding({ held: 1, pending: 4 });
    allMoved.resolve();
    await refreshed;
    await holding({ held: 0, pending: 0 });
    await Promise.all(tabs.map((tab) => tab.getByRole('button', { name: /^Live\W+pause/ }).waitFor()));
    assert.deepEqual(statuses, [200]);
    await context.unroute(refreshUrl);

    const [closing, ...others] = tabs;
    assert.ok(closing !== undefined);
    await Promise.all(others.map((tab) => tab.close()));
    const began = closing.waitForRequest(isRefresh);
    await context.clock.fastForward(105_000);
    await began;
    await closing.close();
    const tab = await liveTab();
    await tab.reload();
    await tab.getByRole('heading', { name: 'Live', exact: true }).waitFor();
    // A page that has just been opened is asked for a nonce first (401).
    assert.equal(statuses.at(-1), 200, statuses.join());
  });
});
