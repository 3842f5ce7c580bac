/** Settings: detection changed knowingly. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { event, startSignedIn, type Tidegate } from './fixture.ts';

describe('settings', { timeout: 180_000 }, () => {
  let tidegate: Tidegate;
  let page: Page;
  let stop: () => Promise<void>;
  let errors: string[];

  before(async () => {
    ({ tidegate, page, errors, stop } = await startSignedIn());
    await tidegate.send([event('u-calm', Date.now())]);
    await page.goto(`${tidegate.url}/settings`);
  });

  after(() => stop?.());

  test('a change of detection is said in words before it is saved, and holds after a reload', async () => {
    await page.getByText('Tidegate decides and records what it would do').click();
    await page.getByLabel('Tolerance as a number').fill('2.5');
    await page.getByLabel(/^False alarms accepted/).fill('8');
    const detection = page.getByRole('region', { name: 'Detection' });
    await detection.getByRole('button', { name: 'Review and save' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing is refused any more').waitFor();
    await dialog.getByText('Fewer alerts and fewer refusals').waitFor();
    await dialog.getByText('about 4 times as many honest users').waitFor();
    await dialog.getByRole('button', { name: 'Save 3 changes' }).click();
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
