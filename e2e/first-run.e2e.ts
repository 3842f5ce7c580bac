/** The first hour with Tidegate: from the printed link to an alert that was answered. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright';
import {
  floodUntil,
  launchBrowser,
  pageWithPasskey,
  quietHour,
  setUpOperator,
  startTidegate,
  type Tidegate,
  watchErrors,
} from './fixture.ts';

describe('the first hour', { timeout: 180_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let page: Page;
  let errors: string[];

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    page = await pageWithPasskey(context);
    errors = watchErrors(page);
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  test('before set-up, sign-in says where the setup link is', async () => {
    await page.goto(`${tidegate.url}/`);
    await page.getByRole('heading', { name: 'No operator yet' }).waitFor();
    await page.getByText('one-time setup link').waitFor();
  });

  test('the setup link makes the first operator, and its token leaves the URL', async () => {
    await page.goto(tidegate.setupLink);
    await page.getByLabel('Your name').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await setUpOperator(page, tidegate);
    assert.equal(new URL(page.url()).pathname, '/');
  });

  test('the empty Live page makes a key, and the curl line it shows works as pasted', async () => {
    await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
    await page.getByRole('button', { name: 'Make an ingest key' }).click();
    const snippet = page.getByRole('figure').locator('pre');
    const line = (await snippet.textContent()) ?? '';
    assert.ok(line.includes(tidegate.url), line);
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), line);
    const { stdout } = await promisify(execFile)('sh', ['-c', `${line.replace(/^curl/, 'curl -sS')}`]);
    assert.equal(JSON.parse(stdout).accepted, 1);
    await page.getByText('The first event is here.').waitFor();
    await page.getByRole('button', { name: 'Show live traffic' }).click();
    await page.getByRole('heading', { name: 'Traffic against its expected band' }).waitFor();
  });

  test('a flood is an alert on the screen within two seconds of its start', async () => {
    await quietHour(tidegate, 'u-flood');
    const seen = page.getByRole('status').filter({ hasText: 'u-flood' }).first();
    const startedAt = Date.now();
    let tookMs = Number.POSITIVE_INFINITY;
    await floodUntil(tidegate, 'u-flood', async () => {
      await seen.waitFor({ timeout: 10_000 });
      tookMs = Date.now() - startedAt;
    });
    assert.ok(tookMs <= 2_000, `seen after ${tookMs} ms`);
  });

  test('the alert says why, and can be acknowledged by a key', async () => {
    await page.getByRole('link', { name: 'Look at it' }).first().click();
    await page.waitForURL(/\/alerts\/alr_/);
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    await page
      .getByText('Mara Lindqvist')
      .or(page.getByRole('heading', { name: 'Timeline' }))
      .first()
      .waitFor();
    await page.getByRole('button', { name: /^Acknowledge/ }).waitFor();
    await page.keyboard.press('a');
    await page.getByRole('button', { name: 'Reopen' }).waitFor();
    await page.getByText('Acknowledged 1 alert.').waitFor();
  });

  test('a throttle can be lifted, after its reach was named', async () => {
    await page.getByRole('button', { name: 'Lift the throttle' }).click();
    const dialog = page.getByRole('dialog', { name: 'Lift this throttle?' });
    await dialog.getByText('u-flood').first().waitFor();
    await dialog.getByRole('button', { name: 'Lift 1 throttle' }).click();
    await page.getByText('none in force').waitFor();
  });

  test('sign-out ends the session in the browser, and the passkey begins another', async () => {
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
  });

  test('after a reload the same browser is still signed in, without a question', async () => {
    await page.goto(`${tidegate.url}/alerts?status=all`);
    await page.getByRole('row').filter({ hasText: 'u-flood' }).first().waitFor();
  });

  test('another browser without a session sees nothing', async () => {
    const stranger = await browser.newContext();
    const other = await stranger.newPage();
    const answers: number[] = [];
    other.on('response', (response) => {
      if (/\/api\/(live|alerts|users)/.test(response.url())) answers.push(response.status());
    });
    await other.goto(`${tidegate.url}/alerts?status=all`);
    await other.waitForURL(/\/sign-in\?next=/);
    assert.ok(!(await other.content()).includes('u-flood'));
    const direct = await other.request.get(`${tidegate.url}/api/alerts`);
    assert.equal(direct.status(), 401);
    assert.deepEqual(answers, []);
    await stranger.close();
  });

  test('SE-05: the page never complained', () => {
    assert.deepEqual(errors, []);
  });
});
