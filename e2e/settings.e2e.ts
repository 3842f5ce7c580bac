/** Settings: an ingest key from its making to its end, and detection changed knowingly. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import {
  event,
  launchBrowser,
  pageWithPasskey,
  sendEvents,
  setUpOperator,
  startTidegate,
  type Tidegate,
  watchErrors,
} from './fixture.ts';

describe('settings', { timeout: 180_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  let secret: string;

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    page = await pageWithPasskey(
      await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] }),
    );
    await setUpOperator(page, tidegate);
    errors = watchErrors(page);
    await page.goto(`${tidegate.url}/settings`);
  });

  after(async () => {
    await browser?.close();
    await tidegate?.stop();
  });

  test('a new key shows its secret once, and the copied secret is taken at once', async () => {
    await page.getByLabel('Make a key').fill('orders');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('heading', { name: /Copy the secret of “orders” now/ }).waitFor();
    const snippet = page.getByRole('figure').filter({ hasText: 'Secret' }).first();
    await snippet.getByRole('button', { name: 'Copy' }).click();
    secret = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(secret, /^tgk_[\w-]{43}$/);
    await sendEvents(tidegate.url, secret, [event('u-keyed', Date.now())]);
  });

  test('a stored secret is nowhere on the page any more, not even after a reload', async () => {
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('button', { name: 'Revoke orders' }).waitFor();
    assert.ok(!(await page.content()).includes(secret));
    await page.reload();
    await page.getByRole('button', { name: 'Revoke orders' }).waitFor();
    assert.ok(!(await page.content()).includes(secret));
  });

  test('the list says that the key was used, and marks the key of the environment', async () => {
    const row = page.getByRole('listitem').filter({ hasText: 'orders' });
    await row
      .getByText('used just now')
      .or(row.getByText(/used \d+.s ago/))
      .waitFor();
    const environment = page.getByRole('listitem').filter({ hasText: 'TIDEGATE_INGEST_KEY' });
    await environment.getByText('Environment', { exact: true }).waitFor();
    assert.equal(await environment.getByRole('button').count(), 0);
  });

  test('revoking names its effect, and the next batch with the key is refused with 401', async () => {
    await page.getByRole('button', { name: 'Revoke orders' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('is refused with 401').waitFor();
    await dialog.getByText('a service depends on it now').waitFor();
    await dialog.getByRole('button', { name: 'Revoke 1 key' }).click();
    await page.getByRole('button', { name: 'Show 1 revoked key' }).waitFor();
    const response = await fetch(`${tidegate.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events: [event('u-keyed', Date.now())] }),
    });
    assert.equal(response.status, 401);
    assert.equal((await response.json()).code, 'invalid_key');
  });

  test('a change of detection is said in words before it is saved, and holds after a reload', async () => {
    await page.getByText('Tidegate decides and records what it would do').click();
    await page.getByLabel('Tolerance as a number').fill('2.5');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing is refused any more').waitFor();
    await dialog.getByText('Fewer alerts and fewer refusals').waitFor();
    await dialog.getByRole('button', { name: 'Save 2 changes' }).click();
    await page.getByText('Shadow mode: Tidegate decides and records').waitFor();
    await page.reload();
    assert.equal(await page.getByLabel('Tolerance as a number').inputValue(), '2.5');
    assert.ok(await page.getByRole('radio', { name: /^Shadow/ }).isChecked());
  });

  test('one endpoint can enforce while all others are watched', async () => {
    await page.getByLabel('Endpoint, with its method').fill('GET /v1/orders/{id}');
    await page.getByRole('button', { name: 'Set the mode' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Enforce there' }).click();
    await page.getByRole('button', { name: /^Let GET .* follow the global mode$/ }).waitFor();
    await page.goto(`${tidegate.url}/endpoints`);
    const row = page.getByRole('row').filter({ hasText: 'GET /v1/orders/{id}' });
    await row.getByText('Enforce').waitFor();
  });

  test('nothing of this made the console complain', () => {
    assert.deepEqual(errors, []);
  });
});
