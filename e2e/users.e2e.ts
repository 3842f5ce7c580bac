/** Users, endpoints and throttles: found, judged against their normal, limited, let go and excepted. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { event, floodUntil, quietHour, startSignedIn, type Tidegate } from './fixture.ts';

/** More than one page of the list, so that scrolling has to fetch. */
const calmUsers = 250;
const endpoint = 'GET /v1/orders/{id}';

describe('users, endpoints and throttles', { timeout: 240_000 }, () => {
  let tidegate: Tidegate;
  let page: Page;
  let stop: () => Promise<void>;
  let errors: string[];

  before(async () => {
    ({ tidegate, page, errors, stop } = await startSignedIn({ reducedMotion: 'reduce' }));
    const now = Date.now();
    await tidegate.send(
      Array.from({ length: calmUsers }, (_, index) => event(`u-calm-${index}`, now - 60_000)),
    );
    await quietHour(tidegate, 'u-flood');
    await page.goto(`${tidegate.url}/throttles`);
    await floodUntil(tidegate, 'u-flood', () => rowOf('u-flood').waitFor());
  });

  after(() => stop?.());

  test('a throttle says whom, where, what and why, and counts down by itself', async () => {
    const row = rowOf('u-flood');
    await row.getByText(endpoint).waitFor();
    await row.getByText('Throttled').waitFor();
    const left = row.locator('time').last();
    const before = await left.textContent();
    await page.waitForFunction(
      ([element, text]) => element instanceof Element && element.textContent !== text,
      [await left.elementHandle(), before] as const,
    );
  });

  test('the list of users has the real total, and scrolling brings the rest', async () => {
    await page.goto(`${tidegate.url}/users`);
    await page.getByText(`${calmUsers + 1} users`).waitFor();
    const grid = page.getByRole('grid', { name: 'Users' });
    const drawn = await grid.getByRole('row').count();
    assert.ok(drawn < 80, `${drawn} rows are drawn`);
    await grid.getByRole('row').nth(1).focus();
    for (let index = 0; index < calmUsers; ) {
      // More rows than were reached so far: the next page has come.
      await page.waitForFunction(
        (reached) => (document.querySelectorAll('[role="rowgroup"]')[1]?.clientHeight ?? 0) > reached * 40,
        index + 1,
      );
      await page.keyboard.press('End');
      await page.waitForFunction(
        (before) => Number(document.activeElement?.getAttribute('data-index')) > before,
        index,
      );
      index = await page.evaluate(() => Number(document.activeElement?.getAttribute('data-index')));
    }
  });

  test('a search is in the URL, survives a reload, and tells when nothing matches', async () => {
    await page.getByRole('searchbox', { name: 'Search users' }).fill('u-flo');
    await page.waitForURL(/text=u-flo/);
    await page.getByText('1 user', { exact: true }).waitFor();
    await page.reload();
    await rowOf('u-flood').waitFor();
    await page.getByRole('searchbox', { name: 'Search users' }).fill('nobody');
    await page.getByRole('button', { name: 'Show all users' }).click();
    await page.getByText(`${calmUsers + 1} users`).waitFor();
  });

  test('an export holds every row of the filter, not only those on screen', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'CSV' }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, calmUsers + 2);
    assert.match(lines[0] ?? '', /^name,rate,/);
  });

  test('a user page says first whether the user is normal, and the keyboard leads there', async () => {
    await page.goto(`${tidegate.url}/users?text=u-flood`);
    await rowOf('u-flood').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/users\/u-flood/);
    await page.getByText(/^u-flood is throttled to [\d.]+ a minute on GET/).waitFor();
    await page.getByRole('region', { name: endpoint }).waitFor();
    await page.keyboard.press('t');
    await page.getByRole('region', { name: 'The numbers of the chart' }).getByRole('row').nth(1).waitFor();
  });

  test('an endpoint page shows the crowd, and a row puts its user into the chart', async () => {
    await page.goto(`${tidegate.url}/endpoints/${encodeURIComponent(endpoint)}`);
    await page.getByText(/^u-flood is throttled/).waitFor();
    await page.getByRole('region', { name: 'What the crowd does' }).getByText('A typical user').waitFor();
    await rowOf('u-flood').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/user=u-flood/);
    await page.getByRole('region', { name: 'u-flood', exact: true }).waitFor();
  });

  test('throttles are lifted with a count, and are gone', async () => {
    await page.goto(`${tidegate.url}/throttles`);
    await rowOf('u-flood').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('1 selected').waitFor();
    await page.getByRole('button', { name: 'Lift 1 throttle', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`u-flood on ${endpoint}`).waitFor();
    await dialog.getByRole('button', { name: 'Lift 1 throttle' }).click();
    await rowOf('u-flood').waitFor({ state: 'detached' });
  });

  test('a long list covers nothing of its title on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${tidegate.url}/users`);
    await rowOf('u-flood').waitFor();
    const note = await page.getByText('Everyone who calls your API').boundingBox();
    const list = await page.locator('[data-fill]').boundingBox();
    assert.ok(note && list && note.y + note.height <= list.y);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('an exception is made from the user page, listed with its reason, and ended', async () => {
    await page.goto(`${tidegate.url}/users/u-flood`);
    await page.getByRole('button', { name: 'Except…' }).click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByRole('textbox', { name: 'User' }).inputValue(), 'u-flood');
    await dialog.getByLabel('Why').fill('Load test of the shop team');
    await dialog.getByRole('button', { name: 'Add the exception' }).click();
    await page.getByText(/Tidegate leaves u-flood alone until/).waitFor();
    await page.goto(`${tidegate.url}/throttles?tab=exceptions`);
    await rowOf('Load test of the shop team')
      .getByRole('button', { name: /^End the exception/ })
      .click();
    await page.getByRole('button', { name: 'End 1 exception' }).click();
    await page.getByText('No exception is in force').waitFor();
  });

  test('who is denied is called denied in the table and on a phone alike', async () => {
    const now = Date.now();
    const guess = (_: unknown, index: number) =>
      event('u-guesser', now + index, { status: 404, objectId: `guess-${index}` });
    await tidegate.send(Array.from({ length: 60 }, guess));
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${tidegate.url}/users?text=u-guesser`);
      await rowOf('u-guesser').getByText('Denied').waitFor({ timeout: 10_000 });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('nothing of this made the console complain', () => {
    assert.deepEqual(errors, []);
  });

  function rowOf(text: string) {
    return page.getByRole('row').filter({ hasText: text }).first();
  }
});
